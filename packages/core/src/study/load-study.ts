import { dirname, resolve } from 'node:path';
import { compileSchema } from '../configuration/compile-schema.ts';
import { type ConfigNode, type MapNode, nodeAt, type Place, problemAt, toPlain } from '../configuration/config-node.ts';
import { describe } from '../configuration/explain-error.ts';
import { suggestion } from '../configuration/nearest-name.ts';
import { readConfigFile } from '../configuration/read-file.ts';
import { pathOf, settleTexts } from '../configuration/settle-texts.ts';
import { ConfigurationError, type Problem, UserError } from '../contracts/errors.ts';
import { fileNameKey, safeNameExpected, unsafeName } from '../files/unsafe-name.ts';
import { changesOf } from './load-study-run.ts';
import { readSearch, searchProblems } from './read-search.ts';
import { firstOfEach, repeatedNames } from './repeated-names.ts';
import type { Study } from './study-definition.ts';
import { rememberNodes } from './study-nodes.ts';

/** Every experiment of a study is read before the first run. */
const maxRuns = 1000;
const seedsSchema = { type: 'array', minItems: 1, items: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } };

/** Every key of a study file. */
export const studyKeys = ['experiment', 'leaveOut', 'protocols', 'methods', 'seeds', 'output', 'baseline', 'published', 'search'] as const;
const keys: readonly string[] = studyKeys;

/**
 * Reads a study file. Paths in `experiment` and `output` are relative to the file; `leaveOut` is a list of domains, or `all` (the default); `protocols`, a
 * list of names, may stand in its place; each of `methods` maps paths such as `optimizer` or `train.epochs` to what it changes (see `changeExperiment`);
 * `baseline` is the method that the others are tested against; `published` names files of published figures; `search` says which settings are chosen on
 * source data, and how. Defaults: seed 0, and the output folder
 * `runs/<name of the file>`.
 *
 * @param options `env`: for `${NAME}` in the file, default the process's; `resolveFrom`: where files that it extends are also looked for.
 * @throws ConfigurationError with every problem at once; UserError if a file cannot be read.
 */
export function loadStudy(file: string, options: StudyFileOptions = {}): Study {
  const { study, problems } = readStudy(file, options);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return study;
}

/** Where a study's variables and extended files come from. */
export interface StudyFileOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly resolveFrom?: readonly string[];
}

/** As `loadStudy`, with the problems beside what can be understood. */
export function readStudy(
  file: string,
  { env = process.env, resolveFrom = [] }: StudyFileOptions = {},
): { readonly study: Study; readonly problems: readonly Problem[]; readonly experimentAt: Place; readonly publishedAt: Place } {
  const options = { env, resolveFrom };
  const root = readConfigFile(file, options);
  const problems: Problem[] = [];
  const refuse = (node: ConfigNode, path: readonly string[], expected: string) =>
    problems.push(problemAt(node.at, path, `found ${describe(node)}, expected ${expected}`));
  for (const [key, { at }] of root.entries) {
    if (!keys.includes(key)) problems.push(problemAt(at, [key], `'${key}' is not known here, expected one of ${keys.join(', ')}${suggestion(key, keys)}`));
  }
  const need = (key: string): ConfigNode | undefined => {
    const node = root.entries.get(key)?.node;
    if (!node) problems.push(problemAt(root.at, [], `'${key}' is missing, expected it here`));
    return node;
  };
  const text = (key: string, node: ConfigNode | undefined): string => {
    if (!node) return '';
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.value !== '') return resolve(dirname(resolve(file)), node.value);
    refuse(node, [key], 'a path');
    return '';
  };
  const experiment = text('experiment', need('experiment'));
  const outputNode = root.entries.get('output')?.node;
  const output = outputNode ? text('output', outputNode) : resolve('runs', file.replace(/^.*[\\/]/, '').replace(/\.ya?ml$/i, ''));
  const seedsNode = root.entries.get('seeds')?.node;
  const settledSeeds = seedsNode && settleTexts(seedsNode, compileSchema(seedsSchema));
  const seeds = settledSeeds?.value ?? [0];
  const wrongSeeds = new Map(settledSeeds?.errors.map((error) => [error.instancePath, pathOf(error)]));
  for (const path of wrongSeeds.values())
    refuse(nodeAt(seedsNode as ConfigNode, path).node, ['seeds', ...path], path.length > 0 ? 'an integer >= 0' : 'a list of integers >= 0');
  const methodsNode = need('methods');
  const methods: Record<string, Record<string, unknown>> = {};
  if (methodsNode && (methodsNode.kind !== 'map' || methodsNode.entries.size === 0))
    refuse(methodsNode, ['methods'], 'a map of method names to what each sets');
  const nodes = new Map<string, MapNode>();
  if (methodsNode?.kind === 'map') {
    for (const [name, { at, node }] of methodsNode.entries) {
      const unsafe = unsafeName(name);
      if (unsafe !== undefined)
        problems.push(
          problemAt(at, ['methods', name], `${JSON.stringify(name)} cannot name a method, whose runs are folders: ${unsafe}, expected ${safeNameExpected}`),
        );
      const other = Object.keys(methods).find((one) => fileNameKey(one) === fileNameKey(name));
      if (other !== undefined)
        problems.push(
          problemAt(at, ['methods', name], `'${name}' and '${other}' are one folder on some systems, expected names that differ in more than case`),
        );
      if (node.kind !== 'map') refuse(node, ['methods', name], 'what it sets: { optimizer: { use: ... } }');
      else {
        const { search: _, ...changes } = toPlain(node) as Record<string, unknown>;
        methods[name] = changes;
        nodes.set(name, node);
        problems.push(...changesOf(name, node).problems);
      }
    }
  }
  const { search, ...places } = readSearch(root.entries.get('search'), nodes, problems);
  const asked = root.entries.get('protocols');
  const left = root.entries.get('leaveOut');
  if (asked && left) problems.push(problemAt(left.at, ['leaveOut'], `'protocols' is set too, expected either 'protocols' or 'leaveOut'`));
  const protocols = asked && namesOf(asked.node, ['protocols'], 'a list of protocol names', refuse);
  let leaveOut: readonly string[] = [];
  const experimentAt = root.entries.get('experiment')?.node.at ?? root.at;
  const domains = problemsIn(() => {
    if (!asked) leaveOut = domainsOf(left?.node, () => sourcesOf(experiment, options), refuse);
  }, experimentAt);
  problems.push(...domains);
  if (!asked && leaveOut.length === 0 && problems.length === 0)
    problems.push(problemAt(left?.at ?? root.at, ['leaveOut'], `the experiment names no domain under data.source, expected some, or 'protocols'`));
  for (const [key, node] of [
    ['seeds', seedsNode],
    ['leaveOut', left?.node],
    ['protocols', asked?.node],
  ] as const)
    problems.push(...repeatedNames(key, node));
  const runs = Object.keys(methods).length * (protocols ?? leaveOut).length * (Array.isArray(seeds) ? seeds.length : 1);
  if (runs > maxRuns) problems.push(problemAt(seedsNode?.at ?? root.at, ['seeds'], `the study asks for ${runs} runs, expected at most ${maxRuns}`));
  // So many experiments are not even checked.
  if (runs > maxRuns) throw new ConfigurationError(problems);
  const ofSearch = search ? searchProblems(search, Object.keys(methods), protocols ?? leaveOut) : [];
  for (const { method, message } of ofSearch) {
    const { at } = (method === undefined ? root.entries.get('search') : methodsNode?.kind === 'map' ? methodsNode.entries.get(method) : undefined) ?? root;
    problems.push(problemAt(at, method === undefined ? ['search'] : ['methods', method], message));
  }
  const baseline = baselineOf(root.entries.get('baseline')?.node, Object.keys(methods), refuse);
  const published = publishedOf(root.entries.get('published')?.node, refuse).map((path) => resolve(dirname(resolve(file)), path));
  const study: Study = {
    experiment,
    leaveOut: [...new Set(leaveOut)],
    ...(protocols ? { protocols: [...new Set(protocols)] } : {}),
    methods,
    seeds: Array.isArray(seeds) && seeds.every((seed) => Number.isInteger(seed)) ? (seeds as number[]) : [0],
    output,
    ...(baseline === undefined ? {} : { baseline }),
    ...(published.length > 0 ? { published } : {}),
    ...(search ? { search } : {}),
  };
  const targets = firstOfEach(asked?.node ?? left?.node);
  rememberNodes(study, { methods: nodes, targets, ...places, at: root.at });
  return { study, problems, experimentAt, publishedAt: root.entries.get('published')?.node.at ?? root.at };
}

/** What `read` cannot do, as problems: those of a file of its own, or one at `at`. */
function problemsIn(read: () => unknown, at: Place): readonly Problem[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    if (error instanceof UserError) return [problemAt(at, [], error.message)];
    throw error;
  }
}

type Refuse = (node: ConfigNode, path: readonly string[], expected: string) => void;

function baselineOf(node: ConfigNode | undefined, methods: readonly string[], refuse: Refuse): string | undefined {
  if (!node) return undefined;
  const name = node.kind === 'scalar' ? String(node.value) : '';
  if (methods.includes(name)) return name;
  refuse(node, ['baseline'], `one of the methods ${methods.join(', ')}${suggestion(name, methods)}`);
  return undefined;
}

function publishedOf(node: ConfigNode | undefined, refuse: Refuse): readonly string[] {
  if (!node) return [];
  const plain = toPlain(node);
  const paths = Array.isArray(plain) ? plain : [plain];
  if (paths.length > 0 && paths.every((path) => typeof path === 'string' && path !== '')) return paths as string[];
  refuse(node, ['published'], 'a YAML file of published figures, or a list of them');
  return [];
}

function domainsOf(
  node: ConfigNode | undefined,
  all: () => readonly string[],
  refuse: (node: ConfigNode, path: readonly string[], expected: string) => void,
): readonly string[] {
  if (!node || toPlain(node) === 'all') return all();
  return namesOf(node, ['leaveOut'], 'a list of domains, or all', refuse);
}

function namesOf(
  node: ConfigNode,
  path: readonly string[],
  expected: string,
  refuse: (node: ConfigNode, path: readonly string[], expected: string) => void,
): readonly string[] {
  const plain = toPlain(node);
  const names = Array.isArray(plain) ? plain : [plain];
  if (names.length > 0 && names.every((name) => typeof name === 'string' || typeof name === 'number')) return names.map(String);
  refuse(node, path, expected);
  return [];
}

function sourcesOf(experiment: string, options: Parameters<typeof readConfigFile>[1]): readonly string[] {
  if (experiment === '') return [];
  const data = readConfigFile(experiment, options).entries.get('data')?.node;
  const source = data?.kind === 'map' ? data.entries.get('source')?.node : undefined;
  return source?.kind === 'map' ? [...source.entries.keys()] : [];
}
