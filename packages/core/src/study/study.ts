import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadOptions } from '../configuration/load-experiment.ts';
import { cannot } from '../contracts/errors.ts';
import { type Reporter, silentReporter } from '../contracts/reporter.ts';
import { KnownData } from '../data/known-data.ts';
import { type LockHolder, lockHolder } from '../files/folder-lock.ts';
import { seedOrTrial } from '../rendering/seed-or-trial.ts';
import { sweepRunFolder } from '../run/run-folder.ts';
import type { RunResults } from '../run/run-results.ts';
import { settingText } from '../search/search-range.ts';
import { type PlannedRun, studyFolders, type WantedRun } from './find-study-run.ts';
import { loadStudyRun } from './load-study-run.ts';
import { type PlannedSearch, planSearches, recordChoices } from './plan-search.ts';
import { planSearchedRun } from './plan-searched-run.ts';
import { requireSettledSearch } from './settle-search.ts';
import { type Study, searchedRanges, studyTargets } from './study-definition.ts';
import type { StudyRunName } from './study-run-name.ts';
import { trainPlannedRun } from './train-study-run.ts';

/** One finished run of a study. */
export interface StudyRun {
  /** Its name in the study. */
  readonly method: string;
  /** The domain that was left out, or the protocol. */
  readonly target: string;
  readonly seed: number;
  /** The run's folder. */
  readonly folder: string;
  /** True if the folder already held the finished run. */
  readonly reused: boolean;
  readonly results: RunResults;
}

/** A run of a study that failed. */
export interface FailedRun extends Omit<StudyRun, 'reused' | 'results'> {
  /** Set where it was a trial of the study's search. */
  readonly trial?: number;
  /** What `train`, or reading the results, threw. */
  readonly error: unknown;
}

/** Options of `runStudy`; `set` applies to every run. */
export interface StudyOptions extends LoadOptions {
  /** Receives notices, warnings and progress. */
  readonly reporter: Reporter;
  /** When it aborts, the run in progress saves a checkpoint, and the study returns what is finished. */
  readonly signal?: AbortSignal;
  /** Called for each run that fails; the study goes on with the others. Default: the error is thrown. */
  readonly onFailed?: (run: FailedRun) => void;
  /** Called once, before the first run: what the study's search has chosen. */
  readonly onSearched?: (searches: readonly PlannedSearch[]) => void;
}

/**
 * Trains what is missing, resumes what was interrupted, reuses what is finished, waits for what another process works on; the trials of its search come
 * first. A run is known by its experiment and its data, by content: on other data it is another run, in another folder. Returns early, with the finished
 * runs, if the signal aborts.
 *
 * @throws ConfigurationError before the first run if any experiment of the study is not valid; without `onFailed` what `train` throws.
 */
export async function runStudy(asked: Study, { reporter, signal, onFailed, onSearched, ...options }: StudyOptions): Promise<StudyRun[]> {
  const knownData = new KnownData();
  const study = await requireSettledSearch(asked, options);
  const work = { study, reporter, knownData, ...(signal ? { signal } : {}), ...(onFailed ? { onFailed } : {}) };
  const plan = await trainOpenTrials(() => planWholeStudy(study, options, reporter, knownData), work);
  if (signal?.aborted) return [];
  const { runs, searches } = plan;
  recordChoices(searches);
  onSearched?.(searches);
  for (const search of searches) reporter.notice(describeSearch(study, search));
  return workThrough(
    runs.filter(({ waitsFor }) => !waitsFor),
    work,
  );
}

/**
 * All trials of one search of a study, and its choice; returns early if the signal aborts.
 *
 * @throws as `runStudy`; UserError if the method is not searched.
 */
export async function runSearch(
  asked: Study,
  which: Pick<StudyRunName, 'method' | 'target'>,
  { reporter, signal, onFailed, ...options }: StudyOptions,
): Promise<PlannedSearch> {
  const knownData = new KnownData();
  const study = await requireSettledSearch(asked, options);
  if (!searchedRanges(study, which.method))
    throw cannot(`search settings of '${which.method}'`, 'the study searches none of it', 'a method with ranges (search.of)', { exitCode: 2 });
  const folders = studyFolders(study.output, reporter, knownData);
  const work = { study, reporter, knownData, ...(signal ? { signal } : {}), ...(onFailed ? { onFailed } : {}) };
  const plan = async () => {
    const searches = await planSearches(study, options, folders.find, which);
    return { searches, trials: searches.flatMap(({ trials }) => trials) };
  };
  const { searches } = await trainOpenTrials(plan, work);
  recordChoices(searches);
  return searches[0] as PlannedSearch;
}

/** Trains what can be trained of the trials, and again after each rung, until none is open, or those that are have failed. */
async function trainOpenTrials<P extends Pick<WholePlan, 'searches' | 'trials'>>(plan: () => Promise<P>, work: StudyWork): Promise<P> {
  for (let tried: readonly PlannedRun[] | undefined; ; ) {
    const planned = await plan();
    const open = openTrials(planned);
    if (open.length === 0 || work.signal?.aborted || (tried && isSame(tried, open))) return planned;
    work.reporter.notice(describeOpen(planned, open));
    await workThrough(open, work);
    tried = open;
  }
}

interface StudyWork extends Pick<StudyOptions, 'reporter' | 'signal' | 'onFailed'> {
  readonly study: Study;
  readonly knownData: KnownData;
}

/** One run after another; those that another process works on come last. */
async function workThrough(plan: readonly PlannedRun[], { study, reporter, signal, onFailed, knownData }: StudyWork): Promise<StudyRun[]> {
  const finished: StudyRun[] = [];
  const titled = plan.map((run, i) => ({ run, title: titleOf(study, run, `${i + 1}/${plan.length}`) }));
  let queue = titled;
  while (queue.length > 0) {
    const taken: typeof titled = [];
    for (const { run, title } of queue) {
      const { method, target, seed, folder, results: there } = run;
      const which = { method, target, seed, folder };
      try {
        if (there) {
          sweepRunFolder(folder);
          reporter.notice(`${title}: already finished, skipping (${folder})`);
          finished.push({ ...which, reused: true, results: there });
          continue;
        }
        if (signal?.aborted) return finished;
        if (queue === titled || !lockHolder(folder)) reporter.notice(title);
        const outcome = await trainPlannedRun(run, { reporter, signal, knownData });
        if (outcome.state === 'interrupted') return finished;
        if (outcome.state === 'taken') {
          if (queue === titled) reporter.notice(`${title}: ${describeHolder(outcome.holder)} works on it, going on with the others`);
          taken.push({ run, title });
        } else if (outcome.state === 'finished') finished.push({ ...which, reused: false, results: outcome.results });
      } catch (error) {
        if (!onFailed || signal?.aborted) throw error;
        onFailed({ ...which, ...(run.trial === undefined ? {} : { trial: run.trial }), error });
      }
    }
    if (taken.length === queue.length) await pause(signal);
    queue = taken;
  }
  return finished;
}

/** `[3/80] gac, office left out, seed 0`; of a search `[3/80] gac, office left out, trial 7`. */
export function titleOf(study: Study, run: StudyRunName, position: string): string {
  return `[${position}] ${run.method}, ${run.target}${study.protocols ? '' : ' left out'}, ${seedOrTrial(run)}`;
}

/** `gac, office left out: trial 7 of 20 has the lowest hter, 0.0312: optimizer.rho 0.12`; or what the choice waits for, or why there is none. */
export function describeSearch(study: Study, { method, targets, choice, waitsFor, trials, problem }: PlannedSearch): string {
  const of = `${method}, ${targets.join(', ')}${study.protocols ? '' : ' left out'}`;
  if (problem) return `${of}: ${problem.message}`;
  if (!choice) return `${of}: ${waitsFor.length} of ${trials.length} trials are not finished, so its runs wait`;
  const settings = Object.entries(choice.settings).map(([path, value]) => `${path} ${settingText(value)}`);
  const best = choice.choose.better === 'higher' ? 'highest' : 'lowest';
  return `${of}: trial ${choice.trial} of ${choice.trials.length} has the ${best} ${choice.choose.metric}, ${Number(choice.figure.toPrecision(4))}: ${settings.join(', ')}`;
}

/** `process 12 on host`. */
export function describeHolder(holder: LockHolder | undefined): string {
  return holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
}

/** Until runs that other processes work on are looked at again. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  await sleep(1000, undefined, signal ? { signal } : {}).catch(() => {});
}

/** The runs of `planWholeStudy`. */
export async function planStudy(study: Study, options: LoadOptions, reporter: Reporter = silentReporter, knownData = new KnownData()): Promise<PlannedRun[]> {
  return [...(await planWholeStudy(study, options, reporter, knownData)).runs];
}

/** The trials that can be trained now. */
export function openTrials({ searches }: Pick<WholePlan, 'searches'>): PlannedRun[] {
  return searches.flatMap(({ next }) => next).sort((a, b) => (a.trial ?? 0) - (b.trial ?? 0));
}

/** `12 of 40 trials to train`. */
export function describeOpen({ trials }: Pick<WholePlan, 'trials'>, open: readonly PlannedRun[]): string {
  const until = [...new Set(open.flatMap(({ until: epoch }) => epoch ?? []))];
  return `${open.length} of ${trials.length} trials to train${until.length > 0 ? `, until epoch ${until.join(', ')} is done` : ''}`;
}

/** Whether nothing has come further: every trial that is open was tried and failed. */
export function isSame(before: readonly PlannedRun[], after: readonly PlannedRun[]): boolean {
  const key = ({ folder, until }: PlannedRun) => `${folder} ${until}`;
  const tried = new Set(before.map(key));
  return after.every((run) => tried.has(key(run)));
}

/** What a study asks for, and what is there of it. */
export interface WholePlan {
  /** Of its searches, early numbers first. */
  readonly trials: readonly PlannedRun[];
  readonly searches: readonly PlannedSearch[];
  /** With the settings that were chosen; those that wait for a choice say so. Seeds vary slowest: every method has figures early. */
  readonly runs: readonly PlannedRun[];
}

/** Loads every experiment before the first run, so that a mistake in the last method costs nothing. */
export async function planWholeStudy(asked: Study, options: LoadOptions, reporter: Reporter = silentReporter, knownData = new KnownData()): Promise<WholePlan> {
  const study = await requireSettledSearch(asked, options);
  const folders = studyFolders(study.output, reporter, knownData);
  const names = study.seeds.flatMap((seed) => studyTargets(study).flatMap((target) => Object.keys(study.methods).map((method) => ({ method, target, seed }))));
  const wanted: WantedRun[] = [];
  for (const name of names) if (!searchedRanges(study, name.method)) wanted.push({ ...name, loaded: await loadStudyRun(study, name, options) });
  const searches = await planSearches(study, options, folders.find);
  const found = new Map<string, PlannedRun>();
  for (const run of wanted) found.set(keyOf(run), { ...run, ...(await folders.find(run)) });
  for (const name of names) {
    const search = searches.find(({ method, targets }) => method === name.method && targets.includes(name.target));
    if (search) found.set(keyOf(name), await planSearchedRun(study, name, search, options, folders));
  }
  const trials = searches.flatMap((search) => search.trials).sort((a, b) => (a.trial ?? 0) - (b.trial ?? 0));
  return { trials, searches, runs: names.map((name) => found.get(keyOf(name)) as PlannedRun) };
}

function keyOf({ method, target, seed }: StudyRunName): string {
  return JSON.stringify([method, target, seed]);
}
