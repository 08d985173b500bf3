import type { LoadOptions, Study } from '@gradalign/core';
import { duration } from '../duration.ts';
import { interruptible } from '../interruptible.ts';
import type { Terminal } from '../terminal.ts';
import { type Estimate, estimateRuns } from './estimate-runs.ts';
import { plannedJobs } from './planned-jobs.ts';
import type { SharedOptions } from './train-command.ts';

/** Prints a command for each run of a study that is not finished, and trains nothing; with `--estimate` a few steps are measured. */
export async function printPlan(
  file: string,
  study: Study,
  { loading, estimate, json, set, data, trust = [] }: SharedOptions & { readonly estimate?: boolean; readonly json?: boolean; readonly loading: LoadOptions },
  terminal: Terminal,
): Promise<number> {
  const { describePlan } = await import('@gradalign/core');
  const { trials, runs, planned, missing, jobs, isWhole } = await plannedJobs(file, study, loading, { set, data, trust }, terminal);
  using interrupt = interruptible(terminal, 'stopping');
  const estimates = estimate
    ? await estimateRuns(
        jobs.filter(({ search }) => !search),
        terminal,
        interrupt.signal,
      )
    : undefined;
  const all = trials.length > 0 ? `${trials.length} trials and ${runs.length} runs` : `${runs.length} runs`;
  terminal.notice(`${all}, ${planned.length - missing.length} finished, ${jobs.length} to train`);
  for (const { command, folder } of jobs) {
    const taking = estimates?.get(folder);
    terminal.print(taking ? `${command} # ${describe(taking)}` : command);
  }
  if (estimates) terminal.notice(total([...estimates.values()]));
  const withEstimates = jobs.map((job) => ({ ...job, ...(estimates ? { estimate: estimates.get(job.folder) } : {}) }));
  if (json)
    terminal.printJson({
      ...(await describePlan(study, loading)),
      finished: planned.length - missing.length,
      workingFolder: process.cwd(),
      jobs: withEstimates,
    });
  return !isWhole || [...(estimates?.values() ?? [])].some((one) => 'error' in one) ? 1 : 0;
}

function describe(estimate: Estimate): string {
  if ('error' in estimate) return `could not be measured: ${estimate.error.replaceAll('\n', ' | ')}`;
  return `${estimate.steps} steps of ${(1000 * estimate.secondsPerStep).toFixed(0)} ms: ${duration(estimate.seconds)}, ${(estimate.memory / 1e9).toFixed(1)} GB`;
}

function total(all: readonly Estimate[]): string {
  const measured = all.flatMap((one) => ('error' in one ? [] : [one]));
  const seconds = measured.reduce((sum, one) => sum + one.seconds, 0);
  return `${duration(seconds)} of training one after another, without evaluation; at most ${(Math.max(0, ...measured.map(({ memory }) => memory)) / 1e9).toFixed(1)} GB a run`;
}
