import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { ownCommand } from '../own-command.ts';
import type { PlannedJob } from '../train-command.ts';
import type { JobArray } from './arrays-of.ts';
import { argumentsText, type ScriptOptions, tableScript, taskFile, taskScript } from './batch-script.ts';
import { arrayArguments, tableArguments } from './sbatch-arguments.ts';
import type { SlurmOptions } from './slurm-options.ts';
import type { Submission, SubmittedRun } from './submission.ts';

/** What is submitted at once. */
export interface PlannedSubmission {
  readonly folder: string;
  /** Absolute path to content. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Absolute path to content: the arguments that the scripts read. */
  readonly argumentFiles: Readonly<Record<string, string>>;
  readonly record: Submission;
  /** The arguments of sbatch for an array; `numbers` are those of the arrays before it. */
  array(at: number, numbers: readonly string[]): string[];
  /** The arguments of sbatch for the job that makes table and report, after the arrays of these numbers. */
  table(numbers: readonly string[]): string[];
}

/** What `planSubmission` needs besides the arrays. */
export interface SubmissionOptions {
  /** The study's own folder. */
  readonly output: string;
  /** Where the submission is described. */
  readonly folder: string;
  /** Commands of the last job by name, each as arguments after `gradalign`. */
  readonly tableCommands: Readonly<Record<string, readonly string[]>>;
  /** Numbers of arrays that are in the queue, by the folder of a run in them. */
  readonly queued: ReadonlyMap<string, string>;
  readonly slurm: SlurmOptions;
}

/** Describes a submission: its arrays, each also after arrays in the queue whose runs it waits for, and a last job. */
export function planSubmission(arrays: readonly JobArray[], { output, folder, tableCommands, queued, slurm }: SubmissionOptions): PlannedSubmission {
  const argumentsFolder = join(folder, 'arguments');
  const scripts = { task: join(folder, 'task.sh'), table: join(folder, 'table.sh') };
  const script: ScriptOptions = {
    command: slurm.command ?? [process.execPath, ...ownCommand([])],
    setup: slurm.setup,
    workingFolder: process.cwd(),
    argumentsFolder,
  };
  // Unique: the queue knows a job by its name also where its number was not written down.
  const name = `gradalign-${basename(output)
    .replace(/[^\w-]/g, '')
    .slice(0, 40)}-${randomBytes(4).toString('hex')}`;
  const job = (of: string | number) => `${name}-${of}`;
  const log = (file: string) => `${folder.replaceAll('%', '%%')}/${file}`;
  return {
    folder,
    scripts: { [scripts.task]: taskScript({ ...script, requeues: slurm.requeues }), [scripts.table]: tableScript(script) },
    argumentFiles: Object.fromEntries([
      ...arrays.flatMap(({ jobs }, i) => jobs.map((one, task) => [join(argumentsFolder, taskFile(i, task)), argumentsText(one.arguments)])),
      ...Object.entries(tableCommands).map(([command, args]) => [join(argumentsFolder, command), argumentsText(args)]),
    ]),
    record: {
      time: new Date().toISOString(),
      stages: arrays.map(({ jobs }, i) => ({ name: job(i), runs: jobs.map(submitted) })),
      table: { name: job('table') },
    },
    array(i, numbers) {
      const { jobs, after: waitsFor } = arrays[i] ?? { jobs: [], after: [] };
      const after = new Set([...waitsFor.flatMap((at) => numbers[at] ?? []), ...jobs.flatMap((one) => one.after.flatMap((of) => queued.get(of) ?? []))]);
      return arrayArguments(
        { name: job(i), script: scripts.task, arguments: [String(i)], output: log(`runs-${i}-%a.log`), after: [...after] },
        jobs.length,
        slurm,
      );
    },
    table: (numbers) =>
      tableArguments(
        {
          ...{ name: job('table'), script: scripts.table, arguments: Object.keys(tableCommands), output: log('table.log') },
          after: [...new Set([...numbers, ...queued.values()])],
        },
        slurm,
      ),
  };
}

/** The name of the run and its folder. */
function submitted({ state: _, fingerprint: __, command: ___, arguments: ____, after: _____, ...run }: PlannedJob): SubmittedRun {
  return run;
}
