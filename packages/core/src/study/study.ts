import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadedExperiment, type LoadOptions, loadExperiment } from '../configuration/load-experiment.ts';
import { showExperiment } from '../configuration/show-experiment.ts';
import type { Reporter } from '../contracts/reporter.ts';
import { runPaths } from '../run/run-folder.ts';
import { type RunResults, readRunResults } from '../run/run-results.ts';
import { train } from '../run/train.ts';

/** Methods x left-out domains x seeds on one experiment: what `gradalign compare` runs. */
export interface Study {
  /** YAML file that all runs share; its `data.source` names every domain. */
  readonly experiment: string;
  /** Each of these domains is the target in turn. */
  readonly leaveOut: readonly string[];
  /** Instead of `leaveOut`: each of these protocols in turn, on the experiment's `data.domains`. */
  readonly protocols?: readonly string[];
  /** What each method sets: path in the experiment to value. */
  readonly methods: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly seeds: readonly number[];
  /** Folder that the runs' folders stand in. */
  readonly output: string;
}

export interface StudyRun {
  readonly method: string;
  /** The domain that was left out, or the protocol. */
  readonly target: string;
  readonly seed: number;
  readonly folder: string;
  /** True where a finished run of the same experiment was there already. */
  readonly reused: boolean;
  readonly results: RunResults;
}

export interface StudyOptions extends LoadOptions {
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

/** Runs what is missing, takes up what was interrupted, reuses what is there. Ends early, with what is finished, when the signal aborts. */
export async function runStudy(study: Study, { reporter, signal, ...options }: StudyOptions): Promise<StudyRun[]> {
  const plan = await planStudy(study, options);
  const finished: StudyRun[] = [];
  for (const [i, { loaded, folder, ...which }] of plan.entries()) {
    const title = `[${i + 1}/${plan.length}] ${which.method}, ${which.target}${study.protocols ? '' : ' left out'}, seed ${which.seed}`;
    const there = readRunResults(runPaths(folder).results);
    if (there) {
      reporter.notice(`${title}: is there already (${folder})`);
      finished.push({ ...which, folder, reused: true, results: there });
      continue;
    }
    if (signal?.aborted) return finished;
    reporter.notice(title);
    const outcome = await train({ ...loaded, folder, resume: existsSync(runPaths(folder).experiment), reporter, ...(signal ? { signal } : {}) });
    if (outcome.reason === 'interrupted') return finished;
    finished.push({ ...which, folder, reused: false, results: outcome.results });
  }
  return finished;
}

/** What a study goes over, and its table has a row for. */
export function studyTargets({ protocols, leaveOut }: Study): readonly string[] {
  return protocols ?? leaveOut;
}

/** A run that a study asks for, with its experiment loaded. */
export interface PlannedRun {
  readonly method: string;
  readonly target: string;
  readonly seed: number;
  readonly loaded: LoadedExperiment;
  readonly folder: string;
}

/** Loads every experiment before the first one runs, so that a mistake in the last method costs nothing. Seeds vary slowest: every method has a number early. */
export async function planStudy(study: Study, options: LoadOptions): Promise<PlannedRun[]> {
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

/** A run's folder carries six digits of its experiment: a changed study never takes an old run for its own. */
function fingerprint({ experiment }: LoadedExperiment): string {
  return createHash('sha256').update(showExperiment(experiment)).digest('hex').slice(0, 6);
}
