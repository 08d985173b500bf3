import { dirname, resolve } from 'node:path';
import type { ValidateFunction } from 'ajv';
import { ConfigurationError, type Problem, UserError } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { LossDefinition } from '../contracts/loss.ts';
import type { Named } from '../contracts/named.ts';
import type { Kind } from '../contracts/plugin.ts';
import { applyOverrides, type Override } from './apply-overrides.ts';
import { applyProtocol } from './apply-protocol.ts';
import { type Catalogue, createCatalogue, type PluginSource } from './catalogue.ts';
import { checkExperiment } from './check-experiment.ts';
import { checkNames } from './check-names.ts';
import { compileSchema } from './compile-schema.ts';
import { completeOptions } from './complete-options.ts';
import { type MapNode, problemAt } from './config-node.ts';
import { defaultItem, experimentSchema, namedPlaces } from './experiment-schema.ts';
import { explainError } from './explain-error.ts';
import { leaveOut } from './leave-out.ts';
import { loadPlugin } from './load-plugins.ts';
import { normalizeNamed } from './normalize-named.ts';
import { placeData } from './place-data.ts';
import { readConfigFile } from './read-file.ts';
import { settleTexts } from './settle-texts.ts';
import { collectWritten, restoreWritten, type WrittenValues } from './written-paths.ts';

/** How an experiment is read. */
export interface LoadOptions {
  /** `path=value` overrides, or such values as data, applied in order. */
  readonly set?: readonly (string | Override)[];
  /** `name=path`: where the data of a domain are, instead of where the experiment says; relative paths are relative to the working folder. */
  readonly data?: readonly string[];
  /** Accepts names that cannot be files, for runs that were made before they were refused; default: false. */
  readonly anyNames?: boolean;
  /** For `${NAME}`; default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Further places (file URLs or paths of modules) from which plugins are looked for. */
  readonly resolveFrom?: readonly string[];
}

/** An experiment with what its plugins offer. */
export interface LoadedExperiment {
  /** Complete, and frozen. */
  readonly experiment: Experiment;
  /** What stands in the files where the experiment has a resolved value: variables, relative paths. A run keeps it. */
  readonly written: WrittenValues;
  readonly catalogue: Catalogue;
  /** Sentences for the user: what is allowed and probably not meant. */
  readonly warnings: readonly string[];
}

/** Reads, extends, overrides and validates an experiment, before any engine is loaded. Throws a ConfigurationError with every problem at once. */
export async function loadExperiment(
  file: string,
  { set = [], data = [], anyNames = false, env = process.env, resolveFrom = [] }: LoadOptions = {},
): Promise<LoadedExperiment> {
  const written = applyOverrides(restoreWritten(readConfigFile(file, { env, resolveFrom }), env), set, env);
  const catalogue = await loadNamedPlugins(written, file, resolveFrom);
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const placed = placeData(written, data, catalogue, problems);
  const readFile = (path: string) => readConfigFile(path, { env, resolveFrom });
  const arranged = applyProtocol(placed, { catalogue, readFile, problems }, warnings);
  const unarranged = problems.length > 0;
  const moved = leaveOut(arranged, problems);
  const { node: root, value, errors } = settleTexts(normalizeNamed(moved, catalogue, problems) as MapNode, compiled(catalogue));
  const experiment = value as Experiment & { evaluate: { metrics?: unknown } };
  for (const error of errors.slice(0, maxErrors)) {
    const problem = explainError(error, root, catalogue, kindAt);
    // Where a protocol finds no domains, that there are none is an echo.
    if (problem && !(unarranged && error.instancePath === '/data/source' && error.keyword === 'minProperties')) problems.push(problem);
  }
  if (!anyNames) problems.push(...checkNames(root));
  if (problems.length > 0) throw new ConfigurationError(sorted(problems));
  (experiment.evaluate as { metrics?: unknown }).metrics ??= defaultMetrics(experiment, catalogue);
  const checked = checkExperiment(experiment, root, catalogue);
  if (checked.problems.length > 0) throw new ConfigurationError(sorted(checked.problems));
  const specifiers = { plugins: catalogue.pluginFiles.map((url, i) => pluginName(experiment.plugins[i] as string, url)) };
  return { experiment: freeze({ ...experiment, ...specifiers }), written: collectWritten(root), catalogue, warnings: [...warnings, ...checked.warnings] };
}

/** Of one experiment. Whoever has this many mistakes has one that causes the others. */
const maxErrors = 200;

const validators = new Map<string, ValidateFunction>();

/** One validator for each set of plugins: a study loads many experiments. */
function compiled(catalogue: Catalogue): ValidateFunction {
  const key = catalogue.pluginFiles.join();
  let validate = validators.get(key);
  if (!validate) {
    validate = compileSchema(experimentSchema(catalogue));
    validators.set(key, validate);
  }
  return validate;
}

/** A relative file becomes its URL, so that the resolved experiment can be moved. */
function pluginName(specifier: string, url: string): string {
  return specifier.startsWith('.') ? url : specifier;
}

async function loadNamedPlugins(root: MapNode, file: string, resolveFrom: readonly string[]): Promise<Catalogue> {
  const list = root.entries.get('plugins')?.node;
  const problems: Problem[] = [];
  const sources: PluginSource[] = [];
  const seen = new Set<string>();
  for (const [i, node] of (list?.kind === 'list' ? list.items : []).entries()) {
    if (node.kind !== 'scalar' || typeof node.value !== 'string' || seen.has(node.value)) continue;
    seen.add(node.value);
    // Relative to the file in which it stands, which may be one that is extended.
    const folder = dirname(resolve(node.at.file.startsWith('--set') ? file : node.at.file));
    try {
      sources.push(await loadPlugin(node.value, folder, resolveFrom));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(problemAt(node.at, ['plugins', String(i)], error.message));
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return createCatalogue(sources);
}

/** Those of the first loss that names some, with their default options; the default metric where none does. */
function defaultMetrics({ losses }: Experiment, catalogue: Catalogue): readonly Named[] {
  const declared = losses.map(({ use }) => (catalogue.find('loss', use) as LossDefinition).metrics);
  const metrics = declared.find((named) => named !== undefined) ?? [{ use: defaultItem(catalogue, 'metric') ?? '' }];
  return metrics.map(({ use, ...options }) => ({ use, ...completeOptions(catalogue.find('metric', use), options) }));
}

function kindAt(path: readonly string[]): Kind | undefined {
  return namedPlaces.find((place) => place.path.length === path.length && place.path.every((part, i) => part === '*' || part === path[i]))?.kind;
}

/** By file, line and column; the same thing said once. */
function sorted(problems: readonly Problem[]): Problem[] {
  const unique = new Map(problems.map((problem) => [`${problem.file}:${problem.line}:${problem.column}:${problem.message}`, problem]));
  return [...unique.values()].sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1));
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}
