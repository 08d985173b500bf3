import { mkdirSync } from 'node:fs';
import { type PlannedRun, type PlannedSearch, planWholeStudy, type Reporter, recordChoices } from '@gradalign/core';
import { type JobOutcome, readOutcome } from './job-outcome.ts';
import { readSharpness } from './measure-job.ts';
import { productStudy, type TrainingJob, trainingJob } from './product-study.ts';
import type { Job } from './run-job.ts';
import type { BenchmarkDefinition, ResultsStudy } from './study-definition.ts';
import type { CellResults } from './study-results.ts';
import { ownPlugins } from './train-job.ts';
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

type ChosenSettings = CellResults['chosen'];

export interface FinishedStudy {
  /** By `cellKey`. */
  readonly chosen: ReadonlyMap<string, ChosenSettings>;
  readonly trials: readonly FinishedRun[];
  readonly runs: readonly FinishedRun[];
}

export const cellKey = (benchmark: string, target: string, method: string): string => JSON.stringify([benchmark, target, method]);

/** One benchmark after the other. Undefined where the signal ended it early; the same call goes on. */
export async function runStudy(study: ResultsStudy, options: RunStudyOptions): Promise<FinishedStudy | undefined> {
  mkdirSync(options.output, { recursive: true });
  const parts: FinishedStudy[] = [];
  for (const [name, benchmark] of Object.entries(study.benchmarks)) {
    const part = await runBenchmark({ ...study, benchmarks: { [name]: benchmark } }, benchmark, options);
    if (!part) return undefined;
    parts.push(part);
  }
  return {
    chosen: new Map(parts.flatMap(({ chosen }) => [...chosen])),
    trials: parts.flatMap(({ trials }) => trials),
    runs: parts.flatMap(({ runs }) => runs),
  };
}

/** Trials, choice, runs, their sharpness where it is wanted: what is there already is reused, what was interrupted is taken up. */
async function runBenchmark(study: ResultsStudy, benchmark: BenchmarkDefinition, options: RunStudyOptions): Promise<FinishedStudy | undefined> {
  const { title, sharpness } = benchmark;
  const [[name = '']] = Object.entries(study.benchmarks) as [[string, BenchmarkDefinition]];
  const product = productStudy(study, name, benchmark, options.output);
  const jobsOf = (planned: readonly PlannedRun[]) => planned.map((run) => trainingJob(name, product, run));
  const before = await planWholeStudy(product, ownPlugins);
  if (!(await trainAll(`${title}: searching settings`, jobsOf(before.trials), options))) return undefined;
  const { trials: ended, searches, runs: planned } = await planWholeStudy(product, ownPlugins);
  recordChoices(searches);
  const trials = outcomes(jobsOf(ended));
  const chosen = new Map(searches.map((search) => [cellKey(name, search.targets[0] as string, search.method), chosenBy(search)]));
  const jobs = jobsOf(planned);
  if (!(await trainAll(`${title}: training`, jobs, options))) return undefined;
  const runs = outcomes(jobs);
  if (sharpness !== false && !(await measureAll(`${title}: measuring sharpness`, { settings: study.sharpness, runs }, options))) {
    return undefined;
  }
  return { chosen, trials, runs };
}

async function trainAll(phase: string, jobs: readonly TrainingJob[], options: RunStudyOptions): Promise<boolean> {
  return doMissing(
    phase,
    jobs.map((job) => ({ job: { train: job }, done: readOutcome(job.folder) !== undefined, detail: describe(job) })),
    options,
  );
}

async function measureAll(
  phase: string,
  { settings, runs }: { readonly settings: ResultsStudy['sharpness']; readonly runs: readonly FinishedRun[] },
  options: RunStudyOptions,
): Promise<boolean> {
  const finished = runs.filter(({ outcome }) => outcome.state === 'finished').map(({ job }) => job);
  return doMissing(
    phase,
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

function describe({ target, method, seed, trial }: TrainingJob): string {
  return `without ${target}, ${method}, ${trial === undefined ? `seed ${seed}` : `trial ${trial}`}`;
}

function outcomes(jobs: readonly TrainingJob[]): FinishedRun[] {
  return jobs.map((job) => {
    const outcome = readOutcome(job.folder);
    if (!outcome) throw new Error(`Cannot read the run ${job.folder}: it has not come to its end`);
    return { job, outcome };
  });
}

function chosenBy({ choice, problem }: PlannedSearch): ChosenSettings {
  if (!choice) throw problem ?? new Error('the search has not come to its end');
  const { settings, figure, trials } = choice;
  return { settings, figure, trials: trials.length, diverged: trials.filter(({ state }) => state === 'diverged').length };
}
