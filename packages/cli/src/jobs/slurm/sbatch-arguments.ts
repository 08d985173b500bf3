import type { Resources, SlurmOptions } from './slurm-options.ts';

/** A job as it is submitted. */
export interface BatchJob {
  readonly name: string;
  /** Absolute path of the script, and its arguments. */
  readonly script: string;
  readonly arguments: readonly string[];
  /** Absolute path of what it prints, with sbatch's own symbols: %a. */
  readonly output: string;
  /** Ids of jobs that have to have ended before, however they ended. */
  readonly after: readonly string[];
}

/** The arguments that submit an array of so many tasks. */
export function arrayArguments(job: BatchJob, tasks: number, options: SlurmOptions): string[] {
  const { concurrency, saveBefore } = options;
  return [
    ...[`--array=0-${tasks - 1}${concurrency === undefined ? '' : `%${concurrency}`}`, '--requeue', `--signal=B:USR1@${saveBefore}`],
    ...argumentsOf(job, options, options),
  ];
}

/** The arguments that submit the job that makes table and report. It has the partition of the runs, but no device and no node of theirs. */
export function tableArguments(job: BatchJob, options: SlurmOptions): string[] {
  const { partition, qos, reservation, time, memory, cpus } = options;
  const resources = Object.entries({ partition, qos, reservation, time, memory, cpus, ...options.table }).filter(([, value]) => value !== undefined);
  return argumentsOf(job, options, Object.fromEntries(resources));
}

function argumentsOf({ name, script, arguments: args, output, after }: BatchJob, { account, sbatch }: SlurmOptions, resources: Resources): string[] {
  const { partition, qos, reservation, constraint, gres, time, memory, cpus } = resources;
  const asked: Readonly<Record<string, string | number | boolean | undefined>> = {
    account,
    partition,
    qos,
    reservation,
    constraint,
    gres,
    time,
    mem: memory,
    'cpus-per-task': cpus,
    ...sbatch,
  };
  return [
    ...['--parsable', `--job-name=${name}`, '--chdir=/', `--output=${output}`, '--open-mode=append', '--ntasks=1'],
    ...(after.length > 0 ? [`--dependency=afterany:${after.join(':')}`] : []),
    ...Object.entries(asked).flatMap(([option, value]) =>
      value === undefined || value === false ? [] : [value === true ? `--${option}` : `--${option}=${value}`],
    ),
    script,
    ...args,
  ];
}
