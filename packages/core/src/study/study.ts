import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadedExperiment, type LoadOptions, loadExperiment } from '../configuration/load-experiment.ts';
import { showExperiment } from '../configuration/show-experiment.ts';
import type { Reporter } from '../contracts/reporter.ts';
import { runPaths } from '../run/run-folder.ts';
import { type RunResults, readRunResults } from '../run/run-results.ts';
import { train } from '../run/train.ts';

/** Methods x targets x seeds on one experiment: what `gradalign compare` runs. */
export interface Study {
  /** Path of the YAML file that all runs share; its `data.source` names every domain. */
  readonly experiment: string;
  /** Each of these domains is the target in turn. */
  readonly leaveOut: readonly string[];
  /** Instead of `leaveOut`: each of these protocols in turn, on the experiment's `data.domains`. */
  readonly protocols?: readonly string[];
  /** What each method sets, by its name: path in the experiment to value. */
  readonly methods: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Whole numbers >= 0. */
  readonly seeds: readonly number[];
  /** Folder that holds the runs' folders. */
  readonly output: string;
}

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
 * Trains what is missing, resumes what was interrupted, reuses what is finished. Returns early, with the finished runs, if the signal aborts.
 *
 * @throws ConfigurationError before the first run if any experiment of the study is not valid; without `onFailed` what `train` throws.
 */
export async function runStudy(study: Study, { reporter, signal, onFailed, ...options }: StudyOptions): Promise<StudyRun[]> {
  const plan = await planStudy(study, options);
  const finished: StudyRun[] = [];
  for (const [i, { loaded, folder, ...which }] of plan.entries()) {
    const title = `[${i + 1}/${plan.length}] ${which.method}, ${which.target}${study.protocols ? '' : ' left out'}, seed ${which.seed}`;
    try {
      const there = readRunResults(runPaths(folder).results);
      if (there) {
        reporter.notice(`${title}: already finished, skipping (${folder})`);
        finished.push({ ...which, folder, reused: true, results: there });
        continue;
      }
      if (signal?.aborted) return finished;
      reporter.notice(title);
      const outcome = await train({ ...loaded, folder, resume: existsSync(runPaths(folder).experiment), reporter, ...(signal ? { signal } : {}) });
      if (outcome.reason === 'interrupted') return finished;
      finished.push({ ...which, folder, reused: false, results: outcome.results });
    } catch (error) {
      if (!onFailed || signal?.aborted) throw error;
      onFailed({ ...which, folder, error });
    }
  }
  return finished;
}

/** The targets of a study: its protocols, or the domains left out in turn. */
export function studyTargets({ protocols, leaveOut }: Study): readonly string[] {
  return protocols ?? leaveOut;
}

interface PlannedRun {
  readonly method: string;
  readonly target: string;
  readonly seed: number;
  readonly loaded: LoadedExperiment;
  readonly folder: string;
}

/** Loads every experiment before the first run, so that a mistake in the last method costs nothing. Seeds vary slowest: every method has figures early. */
async function planStudy(study: Study, options: LoadOptions): Promise<PlannedRun[]> {
  const plan: PlannedRun[] = [];
  for (const seed of study.seeds) {
    for (const target of studyTargets(study)) {
      for (const [method, changes] of Object.entries(study.methods)) {
        const own = Object.entries({ seed, [study.protocols ? 'data.protocol' : 'data.leaveOut']: target, ...changes }).map(
          ([path, value]) => `${path}=${JSON.stringify(value)}`,
        );
        const loaded = await loadExperiment(study.experiment, { ...options, set: [...own, ...(options.set ?? [])] });
        plan.push({ method, target, seed, loaded, folder: join(study.output, `${method}-${target}-seed${seed}-${fingerprint(loaded)}`) });
      }
    }
  }
  return plan;
}

/** Six digits of a digest of the experiment, part of the run's folder name: a changed study never reuses an old run. */
function fingerprint({ experiment }: LoadedExperiment): string {
  return createHash('sha256').update(showExperiment(experiment)).digest('hex').slice(0, 6);
}
