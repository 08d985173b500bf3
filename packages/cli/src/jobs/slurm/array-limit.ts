import { askSlurm } from './slurm-command.ts';

/** The most tasks that the cluster takes in a job array; undefined where it cannot be asked: then sbatch itself tells. */
export function arrayLimit(): number | undefined {
  const answer = askSlurm('scontrol', ['show', 'config']);
  return 'out' in answer ? readArrayLimit(answer.out) : undefined;
}

/** Of lines such as `MaxArraySize = 1001`, one more than the largest index of a task; `max_array_tasks` may say less. 0: no arrays at all. */
export function readArrayLimit(configuration: string): number | undefined {
  const limits = [/^MaxArraySize\s*=\s*(\d+)\s*$/m, /^SchedulerParameters\s*=.*\bmax_array_tasks=(\d+)/m].flatMap((of) => {
    const [, number] = of.exec(configuration) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
  return limits.length === 0 ? undefined : Math.min(...limits);
}
