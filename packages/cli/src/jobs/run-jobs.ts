import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedRun, Study, StudyRun } from '@gradalign/core';
import type { Terminal } from '../terminal.ts';
import { createJobsView } from './jobs-view.ts';
import { type Job, startJob } from './start-job.ts';
import { type SharedOptions, trainArguments } from './train-command.ts';

/** How the runs of a study are worked on. */
export interface JobsOptions {
  /** The study's file, as `compare` was given it. */
  readonly file: string;
  readonly study: Study;
  readonly plan: readonly PlannedRun[];
  /** Processes at a time. */
  readonly jobs: number;
  /** Default: the cores of this machine, shared out; an experiment's own `threads` stands. */
  readonly threads?: number;
  readonly options: SharedOptions;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly onFailed: (run: PlannedRun, error: string) => void;
}

/** ms until a run that another process works on is looked at again, and between two drawings. */
const recheck = 1000;
const redraw = 200;

/**
 * Trains what is missing, so many runs at a time. The lock of a run's folder decides who works on it: processes on other machines that share the folder take
 * what is free. Returns the finished runs, early if the signal aborts: then every run saves and ends.
 */
export async function runJobs({ file, study, plan, jobs, threads, options, terminal, signal, onFailed }: JobsOptions): Promise<StudyRun[]> {
  const { describeHolder, lockHolder, readRunResults, runPaths, titleOf } = await import('@gradalign/core');
  const finished: StudyRun[] = [];
  const queue: PlannedRun[] = [];
  const notBefore = new Map<PlannedRun, number>();
  const running = new Map<PlannedRun, { readonly job: Job; readonly ended: Promise<void> }>();
  const title = (run: PlannedRun) => titleOf(study, run, `${plan.indexOf(run) + 1}/${plan.length}`);
  const done = ({ method, target, seed, folder }: PlannedRun, results: StudyRun['results'], reused: boolean) =>
    finished.push({ method, target, seed, folder, reused, results });
  for (const run of plan) {
    if (run.results) done(run, run.results, true);
    else if (run.problem) onFailed(run, run.problem.message);
    else queue.push(run);
  }
  if (finished.length > 0) terminal.notice(`${finished.length} of ${plan.length} runs are finished already`);
  const view = createJobsView(terminal, plan.length, finished.length);
  const share = Math.max(1, Math.floor(availableParallelism() / jobs));

  const start = (run: PlannedRun) => {
    const { experiment } = run.loaded;
    const own = [
      ...(threads === undefined && experiment.threads !== undefined ? [] : [`threads=${threads ?? share}`]),
      `data.cacheMegabytes=${Math.floor(experiment.data.cacheMegabytes / jobs)}`,
    ];
    const args = trainArguments(file, run, { ...options, set: [...options.set, ...own] });
    view.started(run);
    const job = startJob(args, run.folder, runPaths(run.folder).output, (state) => view.progress(run, state));
    const ended = job.end.then((outcome) => {
      running.delete(run);
      const fail = (error: string) => {
        view.ended(run, 'failed');
        onFailed(run, error);
      };
      // One that was stopped while it started had no time to say so.
      if (signal.aborted && outcome !== 'finished') return view.ended(run, 'waiting');
      if (typeof outcome === 'object') return fail(outcome.error);
      if (outcome === 'taken') {
        view.ended(run, 'waiting');
        terminal.notice(`${title(run)}: ${describeHolder(lockHolder(run.folder))} works on it`);
        notBefore.set(run, performance.now() + recheck);
        queue.push(run);
      } else if (outcome === 'paused') view.ended(run, 'finished');
      else if (outcome === 'diverged') {
        view.ended(run, 'finished');
        terminal.notice(`${title(run)}: diverged, the search goes on without it`);
      } else if (outcome === 'finished') {
        try {
          const results = readRunResults(runPaths(run.folder).results);
          if (!results) return fail('it wrote no results');
          done(run, results, false);
          view.ended(run, 'finished');
          terminal.notice(`${title(run)}: finished`);
        } catch (error) {
          fail(error instanceof Error ? error.message : String(error));
        }
      } else fail('it was interrupted; run the same command again to continue');
    });
    running.set(run, { job, ended });
  };

  const startWhatIsFree = () => {
    for (const run of [...queue]) {
      if (running.size >= jobs) return;
      if ((notBefore.get(run) ?? 0) > performance.now()) continue;
      const holder = lockHolder(run.folder);
      if (holder) {
        if (!notBefore.has(run)) terminal.notice(`${title(run)}: ${describeHolder(holder)} works on it`);
        notBefore.set(run, performance.now() + recheck);
        continue;
      }
      queue.splice(queue.indexOf(run), 1);
      start(run);
    }
  };
  const stopAll = () => {
    for (const { job } of running.values()) job.stop();
  };
  signal.addEventListener('abort', stopAll, { once: true });
  while (running.size > 0 || (queue.length > 0 && !signal.aborted)) {
    if (!signal.aborted) startWhatIsFree();
    view.draw();
    await Promise.race([sleep(redraw), ...[...running.values()].map(({ ended }) => ended)]);
  }
  signal.removeEventListener('abort', stopAll);
  return finished;
}
