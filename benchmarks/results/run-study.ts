import { mkdirSync } from 'node:fs';
import type { Reporter } from '@gradalign/core';
import { type ChosenSettings, chooseSettings } from './choose-settings.ts';
import type { Settings } from './draw-trials.ts';
import { type JobOutcome, readOutcome } from './job-outcome.ts';
import { readSharpness } from './measure-job.ts';
import { planRuns, planTrials, type TrainingJob } from './plan-jobs.ts';
import type { Job } from './run-job.ts';
import type { ResultsStudy } from './study-definition.ts';
import { runOnWorkers } from './worker-processes.ts';

export interface RunStudyOptions {
  /** Folder that every run stands in. */
  readonly output: string;
  readonly processes: number;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** A reported run with what became of it. */
export interface FinishedRun {
  readonly job: TrainingJob;
  readonly outcome: JobOutcome;
}

export interface FinishedStudy {
  /** By `cellKey`. */
  readonly chosen: ReadonlyMap<string, ChosenSettings>;
  readonly trials: readonly FinishedRun[];
  readonly runs: readonly FinishedRun[];
}

export const cellKey = (benchmark: string, target: string, method: string): string => JSON.stringify([benchmark, target, method]);

/** Trials, choice, runs, their sharpness: what is there already is reused, what was interrupted is taken up. Undefined where the signal ended it early. */
export async function runStudy(study: ResultsStudy, options: RunStudyOptions): Promise<FinishedStudy | undefined> {
  mkdirSync(options.output, { recursive: true });
  const trialJobs = planTrials(study, options.output);
  if (!(await trainAll('searching settings', trialJobs, options))) return undefined;
  const trials = outcomes(trialJobs);
  const chosen = chooseAll(study, trials);
  const settings = (benchmark: string, target: string, method: string): Settings => (chosen.get(cellKey(benchmark, target, method)) as ChosenSettings).settings;
  const jobs = planRuns(study, options.output, settings);
  if (!(await trainAll('training', jobs, options))) return undefined;
  const runs = outcomes(jobs);
  if (!(await measureAll(study.sharpness, runs, options))) return undefined;
  return { chosen, trials, runs };
}

async function trainAll(phase: string, jobs: readonly TrainingJob[], options: RunStudyOptions): Promise<boolean> {
  return doMissing(
    phase,
    jobs.map((job) => ({ job: { train: job }, done: readOutcome(job.folder) !== undefined, detail: describe(job) })),
    options,
  );
}

async function measureAll(settings: ResultsStudy['sharpness'], runs: readonly FinishedRun[], options: RunStudyOptions): Promise<boolean> {
  const finished = runs.filter(({ outcome }) => outcome.state === 'finished').map(({ job }) => job);
  return doMissing(
    'measuring sharpness',
    finished.map((job) => {
      const measure = { folder: job.folder, settings };
      return { job: { measure }, done: readSharpness(measure) !== undefined, detail: describe(job) };
    }),
    options,
  );
}

interface PlannedJob {
  readonly job: Job;
  readonly done: boolean;
  readonly detail: string;
}

async function doMissing(phase: string, planned: readonly PlannedJob[], { processes, reporter, signal }: RunStudyOptions): Promise<boolean> {
  const missing = planned.filter(({ done }) => !done);
  if (missing.length < planned.length) reporter.notice(`${phase}: ${planned.length - missing.length} of ${planned.length} runs are done already`);
  let done = 0;
  return runOnWorkers(
    missing.map(({ job }) => job),
    {
      processes,
      signal,
      onWarning: reporter.warn,
      onDone: (index) => reporter.progress({ phase, done: ++done, total: missing.length, unit: 'runs', detail: (missing[index] as PlannedJob).detail }),
    },
  );
}

function describe({ benchmark, target, method, seed }: TrainingJob): string {
  return `${benchmark} without ${target}, ${method}, seed ${seed}`;
}

function outcomes(jobs: readonly TrainingJob[]): FinishedRun[] {
  return jobs.map((job) => {
    const outcome = readOutcome(job.folder);
    if (!outcome) throw new Error(`Cannot read the run ${job.folder}: it has not come to its end`);
    return { job, outcome };
  });
}

function chooseAll(study: ResultsStudy, trials: readonly FinishedRun[]): Map<string, ChosenSettings> {
  const byCell = new Map<string, FinishedRun[]>();
  for (const trial of trials) {
    const key = cellKey(trial.job.benchmark, trial.job.target, trial.job.method);
    byCell.set(key, [...(byCell.get(key) ?? []), trial]);
  }
  return new Map(
    [...byCell].map(([key, own]) => {
      const name = own[0]?.job.benchmark as string;
      return [key, chooseSettings(own, (study.benchmarks[name] as ResultsStudy['benchmarks'][string]).chooseBy)];
    }),
  );
}
