import { askSlurm } from './slurm-command.ts';
import type { Submission, SubmittedStage } from './submission.ts';

/** What the cluster says of a job. */
export interface JobState {
  /** As SLURM names it: 12, or 12_3 of an array. */
  readonly job: string;
  /** In lower case: pending, running, completed, failed, timeout... */
  readonly state: string;
  /** Why it is pending, or how it ended, where SLURM says so. */
  readonly reason?: string;
  /** It is pending or running, or will be queued again. */
  readonly active: boolean;
}

/** States of the jobs of submissions. */
export interface JobStates {
  /** Undefined where the cluster knows the task no longer. */
  task(stage: Pick<SubmittedStage, 'name'>, task: number): JobState | undefined;
  job(name: string): JobState | undefined;
  /** Why the queue could not be asked; what is known is then from the accounting alone. */
  readonly problem?: string;
}

/** States in which a job stays; from any other it may still go on. */
const ended: readonly string[] = [
  ...['boot_fail', 'cancelled', 'completed', 'deadline', 'failed', 'launch_failed', 'node_fail', 'out_of_memory', 'preempted', 'reconfig_fail'],
  ...['revoked', 'timeout'],
];

/** Asks squeue, and for what has left the queue sacct; a cluster without accounting only forgets sooner. */
export function jobStates(submissions: readonly Submission[]): JobStates {
  const jobs = submissions.flatMap(({ stages, table }) => [...stages, table]);
  if (jobs.length === 0) return { task: () => undefined, job: () => undefined };
  const queue = askSlurm('squeue', ['--noheader', '--array', '--states=all', `--name=${jobs.map(({ name }) => name).join(',')}`, '--format=%j|%F|%K|%T|%r']);
  const states = 'out' in queue ? readQueue(queue.out) : new Map<string, JobState>();
  const numbers = new Map(jobs.flatMap(({ name, job }) => (job === undefined ? [] : [[job, name] as const])));
  const past =
    numbers.size === 0 ? undefined : askSlurm('sacct', ['-X', '-n', '-P', `--jobs=${[...numbers.keys()].join(',')}`, '--format=JobID,State,ExitCode']);
  if (past && 'out' in past) for (const [key, state] of readAccounting(past.out, numbers)) if (!states.has(key)) states.set(key, state);
  return {
    task: ({ name }, task) => states.get(keyOf(name, String(task))),
    job: (name) => states.get(keyOf(name)),
    ...('out' in queue ? {} : { problem: queue.error }),
  };
}

function keyOf(name: string, task?: string): string {
  return task === undefined ? name : `${name}/${task}`;
}

/** Lines of name, number, task (N/A without an array), state, reason. */
export function readQueue(text: string): Map<string, JobState> {
  const states = new Map<string, JobState>();
  for (const line of text.split('\n')) {
    const [, name, number, task, state = '', reason = ''] = /^([\w-]+)\|(\d+)\|(\d+|N\/A)\|(\w+)\|(.*)$/.exec(line.trim()) ?? [];
    if (name === undefined || number === undefined) continue;
    const inArray = task === 'N/A' ? undefined : task;
    states.set(keyOf(name, inArray), stateOf(inArray === undefined ? number : `${number}_${inArray}`, state, reason));
  }
  return states;
}

/** Lines of number (12, 12_3, and 12_[4-7] for tasks that wait together), state, exit code. `names` by number. */
export function readAccounting(text: string, names: ReadonlyMap<string, string>): Map<string, JobState> {
  const states = new Map<string, JobState>();
  for (const line of text.split('\n')) {
    const [, number, task, state = '', by = '', code = ''] = /^(\d+)(?:_(\d+))?\|(\w+)([^|]*)\|([\d:]*)$/.exec(line.trim()) ?? [];
    const name = number === undefined ? undefined : names.get(number);
    if (number === undefined || name === undefined) continue;
    const reason = by.trim() || (code === '' || code === '0:0' ? '' : `exit code ${code.replace(/:0$/, '')}`);
    states.set(keyOf(name, task), stateOf(task === undefined ? number : `${number}_${task}`, state, reason));
  }
  return states;
}

function stateOf(job: string, state: string, reason: string): JobState {
  const name = state.toLowerCase();
  return { job, state: name, ...(reason === '' || reason === 'None' ? {} : { reason }), active: !ended.includes(name) };
}
