import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadOptions } from '../configuration/load-experiment.ts';
import { type Reporter, silentReporter } from '../contracts/reporter.ts';
import { KnownData } from '../data/known-data.ts';
import { type LockHolder, lockHolder } from '../files/folder-lock.ts';
import { sweepRunFolder } from '../run/run-folder.ts';
import type { RunResults } from '../run/run-results.ts';
import { type PlannedRun, studyFolders, type WantedRun } from './find-study-run.ts';
import { loadStudyRun } from './load-study-run.ts';
import { type Study, studyTargets } from './study-definition.ts';
import { type StudyRunName, trainPlannedRun } from './train-study-run.ts';

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
}

/**
 * Trains what is missing, resumes what was interrupted, reuses what is finished, waits for what another process works on. A run is known by its experiment
 * and its data, by content: on other data it is another run, in another folder. Returns early, with the finished runs, if the signal aborts.
 *
 * @throws ConfigurationError before the first run if any experiment of the study is not valid; without `onFailed` what `train` throws.
 */
export async function runStudy(study: Study, { reporter, signal, onFailed, ...options }: StudyOptions): Promise<StudyRun[]> {
  const knownData = new KnownData();
  const plan = await planStudy(study, options, reporter, knownData);
  const finished: StudyRun[] = [];
  const titled = plan.map((run, i) => ({ run, title: titleOf(study, run, `${i + 1}/${plan.length}`) }));
  let queue = titled;
  while (queue.length > 0) {
    const taken: typeof titled = [];
    for (const { run, title } of queue) {
      const { loaded: _, fingerprint: __, results: there, problem: ___, ...which } = run;
      try {
        if (there) {
          sweepRunFolder(run.folder);
          reporter.notice(`${title}: already finished, skipping (${run.folder})`);
          finished.push({ ...which, reused: true, results: there });
          continue;
        }
        if (signal?.aborted) return finished;
        if (queue === titled || !lockHolder(run.folder)) reporter.notice(title);
        const outcome = await trainPlannedRun(run, { reporter, signal, knownData });
        if (outcome.state === 'interrupted') return finished;
        if (outcome.state === 'taken') {
          if (queue === titled) reporter.notice(`${title}: ${describeHolder(outcome.holder)} works on it, going on with the others`);
          taken.push({ run, title });
        } else finished.push({ ...which, reused: false, results: outcome.results });
      } catch (error) {
        if (!onFailed || signal?.aborted) throw error;
        onFailed({ method: run.method, target: run.target, seed: run.seed, folder: run.folder, error });
      }
    }
    if (taken.length === queue.length) await pause(signal);
    queue = taken;
  }
  return finished;
}

/** `[3/80] gac, office left out, seed 0`. */
export function titleOf(study: Study, { method, target, seed }: StudyRunName, position: string): string {
  return `[${position}] ${method}, ${target}${study.protocols ? '' : ' left out'}, seed ${seed}`;
}

/** `process 12 on host`. */
export function describeHolder(holder: LockHolder | undefined): string {
  return holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
}

/** Until runs that other processes work on are looked at again. */
async function pause(signal: AbortSignal | undefined): Promise<void> {
  await sleep(1000, undefined, signal ? { signal } : {}).catch(() => {});
}

/** Loads every experiment before the first run, so that a mistake in the last method costs nothing. Seeds vary slowest: every method has figures early. */
export async function planStudy(study: Study, options: LoadOptions, reporter: Reporter = silentReporter, knownData = new KnownData()): Promise<PlannedRun[]> {
  const folders = studyFolders(study.output, reporter, knownData);
  const plan: WantedRun[] = [];
  for (const seed of study.seeds) {
    for (const target of studyTargets(study)) {
      for (const method of Object.keys(study.methods)) {
        const loaded = await loadStudyRun(study, { method, target, seed }, options);
        plan.push({ method, target, seed, loaded });
      }
    }
  }
  const found: PlannedRun[] = [];
  for (const run of plan) found.push({ ...run, ...(await folders.find(run)) });
  return found;
}
