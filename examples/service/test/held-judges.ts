import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

/** Judging processes that are held: they keep what they were given and do not answer, however fast the machine is. */
export interface HeldJudges {
  readonly pids: readonly number[];
  release(): void;
  kill(): void;
}

/** Holds the judging processes of the service in process `parent`; by default of one in this process. */
export function holdJudges(parent = process.pid): HeldJudges {
  const pids = judgesOf(parent);
  const send = (signal: NodeJS.Signals) => {
    for (const pid of pids) process.kill(pid, signal);
  };
  send('SIGSTOP');
  return { pids, release: () => send('SIGCONT'), kill: () => send('SIGKILL') };
}

/** Waits until none of them is there. */
export async function haveGone(pids: readonly number[]): Promise<void> {
  while (pids.some((pid) => rows().some((row) => row[0] === pid))) await wait(50);
}

function judgesOf(parent: number): number[] {
  const found = rows().flatMap(([pid, by, args]) => (by === parent && args.includes('judge-child') ? [pid] : []));
  if (found.length === 0) throw new Error(`process ${parent} has no judging process`);
  return found;
}

/** Process, its parent, its command. */
function rows(): (readonly [number, number, string])[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
    .map(([pid, parent, ...args]) => [Number(pid), Number(parent), args.join(' ')] as const);
}
