import { dirname, resolve } from 'node:path';
import { compileSchema } from '../configuration/compile-schema.ts';
import { type ConfigNode, problemAt, toPlain } from '../configuration/config-node.ts';
import { describe } from '../configuration/explain-error.ts';
import { suggestion } from '../configuration/nearest-name.ts';
import { readConfigFile } from '../configuration/read-file.ts';
import { settleTexts } from '../configuration/settle-texts.ts';
import { ConfigurationError, type Problem } from '../contracts/errors.ts';
import { fileNameKey, safeNameExpected, unsafeName } from '../files/unsafe-name.ts';
import type { Study } from './study.ts';

/** Every experiment of a study is read before the first run. */
const maxRuns = 1000;
const seedsSchema = { type: 'array', minItems: 1, items: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } };
const keys = ['experiment', 'leaveOut', 'protocols', 'methods', 'seeds', 'output'];

/**
 * Reads a study file. Paths in `experiment` and `output` are relative to the file; `leaveOut` is a list of domains, or `all` (the default); `protocols`, a
 * list of names, may stand in its place; each of `methods` maps paths such as `optimizer` or `train.epochs` to the values that replace the experiment's.
 * Defaults: seed 0, and the output folder `runs/<name of the file>`.
 *
 * @param options `env`: for `${NAME}` in the file, default the process's; `resolveFrom`: where files that it extends are also looked for.
 * @throws ConfigurationError with every problem at once; UserError if a file cannot be read.
 */
export function loadStudy(
  file: string,
  { env = process.env, resolveFrom = [] }: { readonly env?: Readonly<Record<string, string | undefined>>; readonly resolveFrom?: readonly string[] } = {},
): Study {
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
  if (seedsNode && settledSeeds?.errors.length !== 0) refuse(seedsNode, ['seeds'], 'a list of integers >= 0');
  const methodsNode = need('methods');
  const methods: Record<string, Record<string, unknown>> = {};
  if (methodsNode && (methodsNode.kind !== 'map' || methodsNode.entries.size === 0))
    refuse(methodsNode, ['methods'], 'a map of method names to what each sets');
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
      else methods[name] = toPlain(node) as Record<string, unknown>;
    }
  }
  const asked = root.entries.get('protocols');
  const left = root.entries.get('leaveOut');
  if (asked && left) problems.push(problemAt(left.at, ['leaveOut'], `'protocols' is set too, expected either 'protocols' or 'leaveOut'`));
  const protocols = asked && namesOf(asked.node, ['protocols'], 'a list of protocol names', refuse);
  const leaveOut = asked ? [] : domainsOf(left?.node, () => sourcesOf(experiment, options), refuse);
  const runs = Object.keys(methods).length * (protocols ?? leaveOut).length * (Array.isArray(seeds) ? seeds.length : 1);
  if (runs > maxRuns) problems.push(problemAt(seedsNode?.at ?? root.at, ['seeds'], `the study asks for ${runs} runs, expected at most ${maxRuns}`));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { experiment, leaveOut, ...(protocols ? { protocols } : {}), methods, seeds: seeds as number[], output };
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
