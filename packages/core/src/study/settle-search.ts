import { parsePath } from '../configuration/apply-overrides.ts';
import { type Place, problemAt } from '../configuration/config-node.ts';
import type { LoadedExperiment, LoadOptions } from '../configuration/load-experiment.ts';
import { suggestion } from '../configuration/nearest-name.ts';
import { schemaAtPath } from '../configuration/schema-at-path.ts';
import { ConfigurationError, type Problem, UserError } from '../contracts/errors.ts';
import type { MetricDefinition } from '../contracts/metric.ts';
import { metricName } from '../run/compose.ts';
import { rangeEnds } from '../search/range-ends.ts';
import type { TrialFigure } from '../search/search-choice.ts';
import type { SearchRanges } from '../search/search-range.ts';
import { loadStudyRun } from './load-study-run.ts';
import { overlappingPaths, repeatedTrials } from './range-problems.ts';
import { type Study, type StudySearch, searchedRanges, studyTargets } from './study-definition.ts';
import { nodesOf } from './study-nodes.ts';

/** A study whose methods search what they have. */
export interface SettledSearch {
  readonly study: Study;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

/**
 * Takes from each method the ranges of `search.of` that it has no setting for: ERM has no rho. What none has, and what a method itself says it searches,
 * is a problem, and so are a metric that no held-out share can give and settings that `--set` fixes. Experiments that cannot be loaded are left to
 * `checkStudy`.
 */
export async function settleSearch(study: Study, options: LoadOptions): Promise<SettledSearch> {
  if (!study.search) return { study, problems: [], warnings: [] };
  const { search } = study;
  const { ranges: places, choose, halving, at } = nodesOf(study);
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const loaded = new Map<string, LoadedExperiment | undefined>();
  for (const method of Object.keys(study.methods)) loaded.set(method, await loadAny(study, method, options));
  const missing = new Map<string, { readonly methods: string[]; readonly unknown: string; readonly known: readonly string[]; readonly at: Place }>();
  const of: Record<string, SearchRanges> = {};
  for (const [method, ranges] of Object.entries(search.of)) {
    const one = loaded.get(method);
    const kept = Object.entries(ranges).filter(([path, range]) => {
      const place = places.get(method)?.get(path);
      const parts = parsePath(`${path}=`)?.path ?? [path];
      if (isSet(parts, options))
        problems.push(problemAt(place?.at ?? at, ['search', 'of', path], `--set gives ${path} a value, expected either a range or that`));
      const found = one && schemaAtPath(one.experiment, parts, one.catalogue);
      if (found && 'unknown' in found && place?.shared) {
        const before = missing.get(path);
        missing.set(path, {
          methods: [...(before?.methods ?? []), method],
          unknown: found.unknown,
          known: [...(before?.known ?? []), ...found.known],
          at: place.at,
        });
        return false;
      }
      if (search.halving && parts[0] === 'train' && (parts[1] === 'epochs' || parts.length === 1))
        problems.push(
          problemAt(place?.at ?? at, ['search', 'of', path], `${path} is searched and search.halving compares trials by epochs, expected one of them`),
        );
      if (found && 'schema' in found && found.schema['type'] === 'integer' && ('log' in range || 'linear' in range))
        problems.push(problemAt(place?.at ?? at, ['search', 'of', path], `${path} is a whole number, expected { integer: [from, to] } or { choice: [...] }`));
      return true;
    });
    of[method] = Object.fromEntries(kept);
    for (const [inner, outer] of overlappingPaths(of[method]))
      problems.push(
        problemAt(
          places.get(method)?.get(inner)?.at ?? at,
          ['search', 'of', inner],
          `${inner} is searched and so is ${outer}, which ${inner === outer ? 'is the same' : 'it is within'}: one would overwrite the other, expected one of them`,
        ),
      );
  }
  problems.push(...halvingProblems(search, loaded, halving ?? at), ...figureProblems(search, loaded, choose ?? at));
  for (const [path, { methods, unknown, known, at: place }] of missing) {
    const searchedBy = Object.entries(of).filter(([, ranges]) => path in ranges);
    if (searchedBy.length > 0)
      warnings.push(`search: ${path} is not searched for ${methods.join(', ')}, which ${methods.length === 1 ? 'has' : 'have'} no such setting`);
    else {
      const names = [...new Set(known)];
      problems.push(
        problemAt(
          place,
          ['search', 'of', path],
          `no method has the setting '${path}': '${unknown}' is not known, expected one of ${names.join(', ')}${suggestion(unknown, names)}`,
        ),
      );
    }
  }
  return {
    study: { ...study, search: { ...search, of } },
    problems,
    warnings: [...warnings, ...repeatedTrials(of, search.trials), ...(await leaks(study, options))],
  };
}

/** What `requireSettledSearch` has returned. */
const settled = new WeakSet<Study>();

/** As `settleSearch`; a study that it has returned is returned as it is. Throws a ConfigurationError with its problems. */
export async function requireSettledSearch(asked: Study, options: LoadOptions): Promise<Study> {
  if (settled.has(asked)) return asked;
  const { study, problems } = await settleSearch(asked, options);
  if (problems.length > 0) throw new ConfigurationError(problems);
  settled.add(study);
  return study;
}

/** The figure that a search chooses by, as the experiment of a trial computes it; undefined where it does not. */
export function trialFigure({ choose }: StudySearch, { experiment, catalogue }: LoadedExperiment): TrialFigure | undefined {
  const found = metricsOf({ experiment, catalogue }).find(({ name }) => name === choose);
  return found && { metric: choose, better: found.better };
}

function metricsOf({ experiment, catalogue }: Pick<LoadedExperiment, 'experiment' | 'catalogue'>) {
  return experiment.evaluate.metrics.map((named) => {
    const definition = catalogue.find('metric', named.use) as MetricDefinition;
    return { name: metricName(named, definition), better: definition.better };
  });
}

const ofTarget = ['literature', 'deployable', 'target', 'oracle', 'test'];

type LoadedMethods = ReadonlyMap<string, LoadedExperiment | undefined>;

function figureProblems(search: StudySearch, loaded: LoadedMethods, at: Place): Problem[] {
  return perMethods(search, loaded, figureProblem).map((message) => problemAt(at, ['search', 'choose'], message));
}

function halvingProblems(search: StudySearch, loaded: LoadedMethods, at: Place): Problem[] {
  return perMethods(search, loaded, halvingProblem).map((message) => problemAt(at, ['search', 'halving', 'from'], message));
}

/** What is wrong with the methods that are searched, each message once with the methods that it holds for. */
function perMethods(search: StudySearch, loaded: LoadedMethods, problem: (search: StudySearch, loaded: LoadedExperiment) => string | undefined): string[] {
  const messages = new Map<string, string[]>();
  for (const [method, one] of loaded) {
    const message = one && searchedRanges({ search }, method) ? problem(search, one) : undefined;
    if (message !== undefined) messages.set(message, [...(messages.get(message) ?? []), method]);
  }
  return [...messages].map(([message, methods]) => `${message} (${methods.length === 1 ? 'method' : 'methods'} ${methods.join(', ')})`);
}

/** Why trials with this experiment cannot be compared before their end; undefined where they can, or are not. */
function halvingProblem({ halving }: StudySearch, { experiment: { train } }: LoadedExperiment): string | undefined {
  return halving && halving.from >= train.epochs
    ? `found ${halving.from} where train.epochs is ${train.epochs}, expected fewer than the epochs of a run`
    : undefined;
}

/** Why trials with this experiment cannot be compared by the figure; undefined where they can. */
function figureProblem(search: StudySearch, loaded: LoadedExperiment): string | undefined {
  const { choose } = search;
  // That it is missing was told.
  if (choose === '') return undefined;
  const known = metricsOf(loaded).map(({ name }) => name);
  const [prefix, ...rest] = choose.split(/[.:/ ]/);
  if (rest.length > 0 && ofTarget.includes(prefix as string) && !known.includes(choose))
    return `'${choose}' is a figure of the target, which trials never load, expected one of the held-out source share: ${known.join(', ')}`;
  if (!trialFigure(search, loaded)) {
    const metrics = loaded.catalogue.items('metric').map(({ item }) => item.name);
    const add = metrics.includes(choose) ? ', or it among evaluate.metrics' : '';
    return `'${choose}' is not computed, expected one of ${known.join(', ')}${add}${suggestion(choose, known)}`;
  }
  if (loaded.experiment.data.holdOut === 0)
    return 'nothing is held out of the source domains that trials could be compared on (data.holdOut is 0), expected a share such as 0.2';
  return undefined;
}

/** The experiment of a method, without what is searched or with some of it: a setting may have no default and be in the search alone. */
async function loadAny(study: Study, method: string, options: LoadOptions): Promise<LoadedExperiment | undefined> {
  const [target] = studyTargets(study);
  const [seed = 0] = study.seeds;
  if (study.experiment === '' || target === undefined) return undefined;
  const ranges = searchedRanges(study, method) ?? {};
  const own = Object.fromEntries(Object.entries(ranges).filter(([path]) => !nodesOf(study).ranges.get(method)?.get(path)?.shared));
  for (const settings of [{}, rangeEnds(own)[0] ?? {}, rangeEnds(ranges)[0] ?? {}]) {
    try {
      return await loadStudyRun(study, { method, target, seed, settings }, options);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  return undefined;
}

function isSet(path: readonly string[], { set = [] }: LoadOptions): boolean {
  return set.some((override) => {
    const other = parsePath(typeof override === 'string' ? override : `${override.path}=`)?.path ?? [];
    return other.length > 0 && other.every((part, i) => i >= path.length || part === path[i]);
  });
}

/** One choice over targets that are sources of one another's trials has seen all of them. */
async function leaks(study: Study, options: LoadOptions): Promise<string[]> {
  const targets = studyTargets(study);
  if (study.search?.per !== 'method' || targets.length < 2) return [];
  const [seed = 0] = study.seeds;
  const data: LoadedExperiment['experiment']['data'][] = [];
  for (const target of targets) {
    try {
      data.push((await loadStudyRun(study, { method: undefined, target, seed }, options)).experiment.data);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  const seen = [...new Set(data.flatMap(({ target }) => Object.keys(target)))].filter((name) => data.some(({ source }) => name in source));
  if (seen.length === 0) return [];
  return [
    `search: per is [method], and ${seen.join(', ')} ${seen.length === 1 ? 'is a target and also a source' : 'are targets and also sources'} of trials for other targets: the one choice has seen them; [method, protocol] has not`,
  ];
}
