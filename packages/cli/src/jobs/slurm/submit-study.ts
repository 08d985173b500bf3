import { existsSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadOptions, Study } from '@gradalign/core';
import type { Terminal } from '../../terminal.ts';
import { plannedJobs } from '../planned-jobs.ts';
import { type PlannedJob, quoted, type SharedOptions, sharedArguments } from '../train-command.ts';
import { activeTasks, arrayOf } from './active-tasks.ts';
import { arrayLimit } from './array-limit.ts';
import { arraysOf, type JobArray } from './arrays-of.ts';
import { type PlannedSubmission, planSubmission } from './plan-submission.ts';
import { sendSubmission } from './send-submission.ts';
import { askSlurm } from './slurm-command.ts';
import type { SlurmOptions } from './slurm-options.ts';
import { stagesOf } from './stages-of.ts';
import { nextSubmissionFolder, slurmFolder } from './submission.ts';

/** How a study is submitted. */
export interface SubmitOptions {
  readonly loading: LoadOptions;
  readonly shared: SharedOptions;
  /** Arguments of `compare` that only the table depends on: --baseline, --format... */
  readonly tableArguments: readonly string[];
  /** Where the table is written; default: table.md in the study's `slurm` folder. */
  readonly table?: string;
  readonly slurm: SlurmOptions;
  /** Only shows what would be submitted. */
  readonly dryRun: boolean;
}

/** Seconds that a task waits for a run folder whose lock is another process's: one on a node that is gone counts as gone after 2 minutes. */
const waitForLock = 180;

/** Submits the runs of a study that are neither finished nor in the queue, and a job that makes table and report when they have ended. */
export async function submitStudy(file: string, study: Study, options: SubmitOptions, terminal: Terminal): Promise<number> {
  const { cannot, lockFolder, requireWorkingLocks } = await import('@gradalign/core');
  const folder = slurmFolder(study.output);
  if (folder.includes('\\'))
    throw cannot(`submit the runs in ${study.output}`, 'its path has a backslash in it, which SLURM reads as a symbol', 'a path without one', { exitCode: 2 });
  if (options.dryRun) return prepare(file, study, options, terminal, show);
  const there = askSlurm('sbatch', ['--version']);
  if ('error' in there) throw cannot('submit the runs', there.error, 'a machine that submits jobs to SLURM (--dry-run shows them anywhere)');
  const made = [folder, study.output].filter((one) => !existsSync(one));
  try {
    for (const one of [study.output, folder]) requireWorkingLocks(one);
    using _ = lockFolder(folder, 'submit runs');
    return await prepare(file, study, options, terminal, send);
  } finally {
    removeEmpty(made);
  }
}

/** What `prepare` found. */
interface Prepared {
  readonly file: string;
  readonly planned: PlannedSubmission;
  readonly arrays: readonly JobArray[];
  readonly table: string;
  readonly terminal: Terminal;
}

async function prepare(
  file: string,
  study: Study,
  { loading, shared, slurm, tableArguments, table = join(slurmFolder(study.output), 'table.md') }: SubmitOptions,
  terminal: Terminal,
  submit: (prepared: Prepared) => Promise<void>,
): Promise<number> {
  const { cannot, describeHolder, lockHolder } = await import('@gradalign/core');
  const { planned, missing, jobs, isWhole } = await plannedJobs(file, study, loading, shared, terminal);
  const active = await activeTasks(
    study.output,
    jobs.map(({ folder }) => folder),
  );
  const free = jobs.filter(({ folder }) => {
    if (active.has(folder)) return false;
    const holder = lockHolder(folder);
    if (holder) terminal.notice(`${describeHolder(holder)} works on ${folder}: not submitted`);
    return !holder;
  });
  terminal.notice(`${planned.length} runs, ${planned.length - missing.length} finished, ${active.size} in the queue, ${free.length} to submit`);
  if (free.length === 0) {
    terminal.print('nothing to submit');
    terminal.printJson({ stages: [] });
  } else {
    const threadsOf = (job: PlannedJob) => planned.find(({ method }) => method === job.method)?.loaded.experiment.threads;
    const onNode = (job: PlannedJob): PlannedJob => {
      const threads = slurm.cpus === undefined || threadsOf(job) !== undefined ? [] : [`--set=threads=${slurm.cpus}`];
      return { ...job, arguments: [...job.arguments, ...threads, `--wait=${waitForLock}`] };
    };
    const most = arrayLimit();
    if (most === 0)
      throw cannot('submit the runs', 'this cluster takes no job arrays (MaxArraySize is 0)', 'one that does; --plan prints the runs as commands');
    const arrays = arraysOf(stagesOf(free.map(onNode)), { ...(most === undefined ? {} : { most }), inTurn: slurm.concurrency !== undefined });
    const page = join(slurmFolder(study.output), 'report.html');
    const submission = planSubmission(arrays, {
      output: study.output,
      folder: nextSubmissionFolder(study.output),
      tableCommands: {
        table: ['compare', file, '--finished', ...tableArguments, ...sharedArguments(shared), `--output=${table}`],
        report: ['report', file, ...sharedArguments(shared), `--output=${page}`],
      },
      queued: new Map([...active].map(([folder, state]) => [folder, arrayOf(state)])),
      slurm,
    });
    await submit({ file, planned: submission, arrays, table, terminal });
  }
  return isWhole ? 0 : 1;
}

async function show({ planned, arrays, terminal }: Prepared): Promise<void> {
  const ids = arrays.map((_, i) => `<${i + 1}>`);
  const commands = [...arrays.map((_, i) => planned.array(i, ids)), planned.table(ids)].map((args) => ['sbatch', ...args]);
  for (const command of commands) terminal.print(command.map(quoted).join(' '));
  for (const [i, { jobs }] of arrays.entries()) {
    terminal.print(`\n# tasks of <${i + 1}>`);
    for (const [task, job] of jobs.entries()) terminal.print(`${task}: gradalign ${job.arguments.map(quoted).join(' ')}`);
  }
  for (const [script, text] of Object.entries(planned.scripts)) terminal.print(`\n# ${script}\n${text.trimEnd()}`);
  const tasks = arrays.map(({ jobs }) => jobs.map(({ folder, arguments: args }) => ({ folder, arguments: args })));
  terminal.printJson({ folder: planned.folder, commands, tasks, scripts: planned.scripts });
}

async function send({ file, planned, arrays, table, terminal }: Prepared): Promise<void> {
  const { stages, ...submission } = await sendSubmission(planned);
  for (const [i, { job, runs }] of stages.entries()) {
    const after = (arrays[i]?.after ?? []).map((at) => stages[at]?.job);
    terminal.print(`job ${job}: ${runs.length} runs${after.length === 0 ? '' : `, after ${after.length === 1 ? 'job' : 'jobs'} ${after.join(', ')}`}`);
  }
  terminal.print(`job ${submission.table.job}: table and report when they have ended (${table})`);
  terminal.notice(`what the jobs print is in ${planned.folder}; how far they are: gradalign compare ${quoted(file)} --status`);
  terminal.printJson({ folder: planned.folder, ...submission, stages });
}

/** Folders that were made for nothing, the inner one first. */
function removeEmpty(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}
