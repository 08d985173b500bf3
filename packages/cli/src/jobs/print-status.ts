import type { LoadOptions, RunStatus, Study } from '@gradalign/core';
import type { Terminal } from '../terminal.ts';
import { clusterStatus } from './slurm/cluster-status.ts';
import type { JobState } from './slurm/task-states.ts';

/** Prints how far each run of a study is, from its folder, and where it was submitted to SLURM from the queue. */
export async function printStatus(study: Study, loading: LoadOptions, terminal: Terminal): Promise<number> {
  const { expectedSettings, renderTable, studyStatus } = await import('@gradalign/core');
  const status = studyStatus(study, await expectedSettings(study, loading));
  const { runs, counts, trials, trialCounts, others } = status;
  const summary = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .filter(([, n]) => n > 0)
      .map(([state, n]) => `${n} ${state}`)
      .join(', ');
  const cluster = await clusterStatus(study.output);
  const ofCluster = (one: RunStatus) => (cluster ? [describeTask(cluster.task(one))] : []);
  terminal.print(
    renderTable(
      [
        ['method', 'target', 'seed', 'state', ...(cluster ? ['SLURM'] : []), 'at', 'folder'],
        ...[...trials, ...runs].map((one) => [
          one.method,
          one.target,
          one.trial === undefined ? String(one.seed) : `trial ${one.trial}`,
          one.state,
          ...ofCluster(one),
          one.at ?? '',
          one.folder ?? '',
        ]),
      ],
      cluster ? 7 : 6,
    ),
  );
  terminal.print('');
  if (trials.length > 0) terminal.print(`${trials.length} trials: ${summary(trialCounts)}`);
  terminal.print(`${runs.length} runs: ${summary(counts)}`);
  if (others > 0)
    terminal.notice(
      `${others} more ${others === 1 ? 'folder has the name of a run' : 'folders have names of runs'}, with other settings or data, or older: --plan tells which the study takes`,
    );
  if (cluster?.problem !== undefined) terminal.warn(`the queue of SLURM is not known here: ${cluster.problem}`);
  if (cluster?.table) terminal.print(`table and report: job ${describeTask(cluster.table)}`);
  const withTasks = (all: readonly RunStatus[]) => all.map((one) => ({ ...one, ...withTask(cluster?.task(one)) }));
  terminal.printJson({ ...status, runs: withTasks(runs), trials: withTasks(trials), ...(cluster?.table ? { table: cluster.table } : {}) });
  return 0;
}

/** `12_3 pending (Priority)`. */
function describeTask(task: JobState | undefined): string {
  return task ? `${task.job} ${task.state}${task.reason === undefined ? '' : ` (${task.reason})`}` : '';
}

function withTask(task: JobState | undefined): { readonly slurm?: JobState } {
  return task ? { slurm: task } : {};
}
