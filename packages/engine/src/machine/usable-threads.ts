import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Number of processors that this process may use: limited by its CPU affinity and its control group's quota. */
export function usableThreads(): number {
  return Math.max(1, Math.min(availableParallelism(), quota()));
}

function quota(): number {
  try {
    const [microseconds, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').trim().split(' ').map(Number);
    return microseconds && period ? Math.ceil(microseconds / period) : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
