import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Processors that this process may use: those it is bound to, and no more than its control group's quota pays for. */
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
