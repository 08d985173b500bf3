import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** `Intel(R) Xeon(R) Processor, 2 cores`. */
export function describeMachine(): string {
  const all = cpus();
  return `${all[0]?.model.trim() ?? 'unknown processor'}, ${all.length} cores, Node ${process.version}`;
}

/** Seconds of processor time since boot, summed over the cores: of all processes, and of these. */
interface Used {
  readonly all: number;
  readonly own: number;
  readonly at: number;
}

const ticksPerSecond = 100;

/** Returns a function that gives the share of the machine that other processes used since this call, 0..1; 0 if the system does not say. */
export function watchOthers(pids: readonly number[]): () => number {
  const before = used(pids);
  return () => {
    const after = used(pids);
    if (!before || !after) return 0;
    const others = after.all - before.all - (after.own - before.own);
    return Math.max(0, others / (after.at - before.at) / cpus().length);
  };
}

function used(pids: readonly number[]): Used | undefined {
  try {
    const [user = 0, nice = 0, system = 0] = (/^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? '').split(' ').map(Number);
    const own = [process.pid, ...pids].reduce((sum, pid) => sum + processTicks(pid), 0);
    return { all: (user + nice + system) / ticksPerSecond, own: own / ticksPerSecond, at: performance.now() / 1000 };
  } catch {
    return undefined;
  }
}

function processTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
