import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ValidateFunction } from 'ajv';
import { ConfigurationError, type Problem, UserError } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { LossDefinition } from '../contracts/loss.ts';
import type { Named } from '../contracts/named.ts';
import { firstPartyPlugins, type Kind } from '../contracts/plugin.ts';
import { applyOverrides, type Override } from './apply-overrides.ts';
import { applyProtocol } from './apply-protocol.ts';
import { type Catalogue, createCatalogue, type PluginSource } from './catalogue.ts';
import { checkExperiment } from './check-experiment.ts';
import { checkNames } from './check-names.ts';
import { compileSchema } from './compile-schema.ts';
import { completeOptions } from './complete-options.ts';
import { type ConfigNode, type MapNode, problemAt } from './config-node.ts';
import { defaultItem, experimentSchema, namedPlaces } from './experiment-schema.ts';
import { explainError, withoutAlternatives } from './explain-error.ts';
import { keepFormerValues } from './former-values.ts';
import { leaveOut } from './leave-out.ts';
import { importPlugin, locatePlugin } from './load-plugins.ts';
import { normalizeNamed } from './normalize-named.ts';
import { placeData } from './place-data.ts';
import { createPluginTrust, holdsRun } from './plugin-trust.ts';
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
  /** Packages, files and folders whose plugins may be loaded besides those that the user's own files name; see `createPluginTrust`. */
  readonly trust?: readonly string[];
  /** The file is that of a run, whose folder vouches for no code, and whose items keep what they did before newer options; default: whether a run's files stand beside it. */
  readonly isRun?: boolean;
  /** Folder whose files are the user's own; default: that of the experiment. */
  readonly project?: string;
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

/**
 * Reads, extends, overrides and validates an experiment, before any engine is loaded. Plugins that are not trusted are not loaded, which is a problem too.
 *
 * @throws ConfigurationError with every problem at once.
 */
export async function loadExperiment(file: string, options: LoadOptions = {}): Promise<LoadedExperiment> {
  return loadChangedExperiment(file, options, (root) => root);
}

/** As `loadExperiment`, with what `change` makes of the file before the overrides. */
export async function loadChangedExperiment(file: string, options: LoadOptions, change: (root: MapNode) => MapNode): Promise<LoadedExperiment> {
  const { env = process.env, resolveFrom = [], set = [] } = options;
  const written = applyOverrides(change(restoreWritten(readConfigFile(file, { env, resolveFrom }), env)), set, env);
  const catalogue = createCatalogue(await loadNamedPlugins(written, file, options));
  const isRun = options.isRun ?? holdsRun(dirname(resolve(file)));
  const { experiment, root, problems, warnings } = readWith(catalogue, written, { ...options, isRun });
  if (problems.length > 0) throw new ConfigurationError(sorted(problems));
  (experiment.evaluate as { metrics?: unknown }).metrics ??= defaultMetrics(experiment, catalogue);
  const checked = checkExperiment(experiment, root, catalogue, { isRun });
  if (checked.problems.length > 0) throw new ConfigurationError(sorted(checked.problems));
  const specifiers = { plugins: catalogue.pluginFiles.map((url, i) => pluginName(experiment.plugins[i] as string, url)) };
  return { experiment: freeze({ ...experiment, ...specifiers }), written: collectWritten(root), catalogue, warnings: [...warnings, ...checked.warnings] };
}

/** What was not looked at because plugins were not loaded. */
export interface CheckedExperiment {
  /** Sentences: plugins that were left out, and items that no loaded plugin offers. */
  readonly unchecked: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Validates an experiment without running any code but gradalign's own: other plugins are not loaded, and what they may offer is not checked.
 *
 * @throws ConfigurationError with every problem that does not depend on them.
 */
export async function checkWithoutPlugins(file: string, options: LoadOptions = {}): Promise<CheckedExperiment> {
  const { env = process.env, resolveFrom = [], set = [] } = options;
  const written = applyOverrides(restoreWritten(readConfigFile(file, { env, resolveFrom }), env), set, env);
  const skipped: string[] = [];
  const catalogue = createCatalogue(await loadNamedPlugins(written, file, options, skipped));
  const unknown: Problem[] = [];
  const isRun = options.isRun ?? holdsRun(dirname(resolve(file)));
  const { experiment, root, problems, warnings } = readWith(catalogue, written, { ...options, isRun }, skipped.length > 0 ? unknown : undefined);
  if (problems.length > 0) throw new ConfigurationError(sorted(problems));
  const unchecked = [
    ...skipped.map((specifier) => `plugin '${specifier}' was not loaded`),
    ...sorted(unknown).map(
      ({ file: where, line, column, path, message }) => `${where}:${line}:${column} ${path}: ${message.split(', expected')[0]} among what was loaded`,
    ),
  ];
  if (unknown.length > 0) return { unchecked, warnings };
  (experiment.evaluate as { metrics?: unknown }).metrics ??= defaultMetrics(experiment, catalogue);
  const checked = checkExperiment(experiment, root, catalogue, { isRun });
  if (checked.problems.length > 0) throw new ConfigurationError(sorted(checked.problems));
  return { unchecked, warnings: [...warnings, ...checked.warnings] };
}

interface ReadExperiment {
  readonly experiment: Experiment & { evaluate: { metrics?: unknown } };
  readonly root: MapNode;
  readonly problems: Problem[];
  readonly warnings: string[];
}

/** The experiment with what a catalogue offers. Names that it does not offer go to `unknown`; default: they are problems. */
function readWith(
  catalogue: Catalogue,
  written: MapNode,
  { env = process.env, resolveFrom = [], data = [], anyNames = false, isRun = false }: LoadOptions,
  unknown?: Problem[],
): ReadExperiment {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const placed = placeData(written, data, catalogue, problems);
  const readFile = (path: string) => readConfigFile(path, { env, resolveFrom });
  const arranged = applyProtocol(placed, { catalogue, readFile, problems, unknown }, warnings);
  const unarranged = problems.length > 0 || (unknown?.length ?? 0) > 0;
  const moved = leaveOut(arranged, problems);
  const named = normalizeNamed(moved, catalogue, problems, unknown) as MapNode;
  const { node: root, value, errors } = settleTexts(isRun ? keepFormerValues(named, catalogue) : named, compiled(catalogue));
  const experiment = value as Experiment & { evaluate: { metrics?: unknown } };
  for (const error of withoutAlternatives(errors).slice(0, maxErrors)) {
    const problem = explainError(error, root, catalogue, kindAt);
    // Where a protocol finds no domains, that there are none is an echo.
    if (problem && !(unarranged && error.instancePath === '/data/source' && error.keyword === 'minProperties')) problems.push(problem);
  }
  if (!anyNames) problems.push(...checkNames(root));
  return { experiment, root, problems, warnings };
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

/** Plugins that may be loaded; with `skipped` only gradalign's own are, and the others are named there. */
async function loadNamedPlugins(
  root: MapNode,
  file: string,
  { env = process.env, resolveFrom = [], trust, isRun, project }: LoadOptions,
  skipped?: string[],
): Promise<PluginSource[]> {
  const list = root.entries.get('plugins')?.node;
  const allowed = createPluginTrust({ experiment: file, env, trust, isRun, project });
  const problems: Problem[] = [];
  const found: { readonly specifier: string; readonly url: string }[] = [];
  const seen = new Set<string>();
  for (const [i, node] of (list?.kind === 'list' ? list.items : []).entries()) {
    if (node.kind !== 'scalar' || typeof node.value !== 'string' || seen.has(node.value)) continue;
    const specifier = node.value;
    seen.add(specifier);
    if (skipped && !firstPartyPlugins.includes(specifier)) {
      skipped.push(specifier);
      continue;
    }
    // Relative to the file in which it stands, which may be one that is extended.
    const folder = dirname(resolve(node.at.file.startsWith('--set') ? file : node.at.file));
    try {
      const { file: url, isOurs } = locatePlugin(specifier, folder, resolveFrom);
      const refusal = isOurs ? undefined : allowed.refusal({ specifier, writtenIn: node.at.file, file: fileURLToPath(url) });
      if (refusal === undefined) found.push({ specifier, url });
      else if (skipped) skipped.push(specifier);
      else problems.push(problemAt(node.at, ['plugins', String(i)], refusal));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(problemAt(node.at, ['plugins', String(i)], error.message));
    }
  }
  // All of them are allowed before any is run.
  if (problems.length > 0) throw new ConfigurationError(problems);
  const sources: PluginSource[] = [];
  for (const { specifier, url } of found) {
    try {
      sources.push(await importPlugin(specifier, url));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const i = list?.kind === 'list' ? list.items.findIndex((node) => node.kind === 'scalar' && node.value === specifier) : -1;
      problems.push(problemAt(list?.kind === 'list' ? (list.items[i] as ConfigNode).at : root.at, ['plugins', String(i)], error.message));
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return sources;
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
