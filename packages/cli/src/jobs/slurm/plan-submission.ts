import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { ownCommand } from '../own-command.ts';
import type { PlannedJob } from '../train-command.ts';
import { argumentsText, type ScriptOptions, tableScript, taskFile, taskScript } from './batch-script.ts';
import { arrayArguments, tableArguments } from './sbatch-arguments.ts';
import type { SlurmOptions } from './slurm-options.ts';
import type { Stage } from './stages-of.ts';
import type { Submission, SubmittedRun } from './submission.ts';

/** What is submitted at once. */
export interface PlannedSubmission {
  readonly folder: string;
  /** Absolute path to content. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Absolute path to content: the arguments that the scripts read. */
  readonly argumentFiles: Readonly<Record<string, string>>;
  readonly record: Submission;
  /** The arguments of sbatch for an array; `before` is the number of the array before it. */
  array(stage: number, before: string | undefined): string[];
  /** The arguments of sbatch for the job that makes table and report, after these arrays. */
  table(arrays: readonly string[]): string[];
}

/** What `planSubmission` needs besides the stages. */
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

/** Describes a submission: an array for each stage, after the one before it and after arrays in the queue whose runs it waits for, and a last job. */
export function planSubmission(stages: readonly Stage[], { output, folder, tableCommands, queued, slurm }: SubmissionOptions): PlannedSubmission {
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
      ...stages.flatMap((stage, i) => stage.map((one, task) => [join(argumentsFolder, taskFile(i, task)), argumentsText(one.arguments)])),
      ...Object.entries(tableCommands).map(([command, args]) => [join(argumentsFolder, command), argumentsText(args)]),
    ]),
    record: {
      time: new Date().toISOString(),
      stages: stages.map((stage, i) => ({ name: job(i), runs: stage.map(submitted) })),
      table: { name: job('table') },
    },
    array(i, before) {
      const stage = stages[i] ?? [];
      const after = new Set([...(before === undefined ? [] : [before]), ...stage.flatMap((one) => one.after.flatMap((of) => queued.get(of) ?? []))]);
      return arrayArguments(
        { name: job(i), script: scripts.task, arguments: [String(i)], output: log(`runs-${i}-%a.log`), after: [...after] },
        stage.length,
        slurm,
      );
    },
    table: (arrays) =>
      tableArguments(
        {
          ...{ name: job('table'), script: scripts.table, arguments: Object.keys(tableCommands), output: log('table.log') },
          after: [...new Set([...arrays, ...queued.values()])],
        },
        slurm,
      ),
  };
}

/** The name of the run and its folder. */
function submitted({ state: _, fingerprint: __, command: ___, arguments: ____, after: _____, ...run }: PlannedJob): SubmittedRun {
  return run;
}
