import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isAlive } from './is-alive.ts';
import type { LockHolder } from './locked-error.ts';

/** This process as its locks name it, at this moment. Its JSON always has the same length, so that it can be rewritten in place. */
export function ownHolder(): LockHolder {
  return { pid: process.pid, host: hostname(), time: new Date().toISOString(), ...identity };
}

/** Whether a lock names this process. Locks of earlier versions say only its id and machine. */
export function isOwn(holder: LockHolder): boolean {
  return holder.pid === process.pid && isOnThisMachine(holder) && (holder.began === undefined || holder.began === identity.began);
}

/** Whether the process ids of a lock's holder are those that this process sees. */
export function isOnThisMachine({ host, machine }: LockHolder): boolean {
  return host === hostname() && (machine === undefined || identity.machine === undefined || machine === identity.machine);
}

/** Whether the holder of a lock, on this machine, still runs; a later process with its id does not count. */
export function holderLives({ pid, began }: LockHolder): boolean {
  if (!isAlive(pid)) return false;
  const now = beganAt(pid);
  return now !== 'ended' && (began === undefined || now === undefined || now === began);
}

const identity = { ...thisMachine(), ...thisBegan() };

function thisMachine(): { readonly machine?: string } {
  try {
    const table = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
    return { machine: `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${table}` };
  } catch {
    return {};
  }
}

function thisBegan(): { readonly began?: string } {
  const began = beganAt('self');
  return began === undefined ? {} : { began };
}

/** When a process began, in ticks since the boot; `ended` for one that its parent has not waited for. Undefined where the system does not tell. */
function beganAt(pid: number | 'self'): string | undefined {
  try {
    // The name of the program, in parentheses, may hold spaces. State is field 3, the start field 22.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\)\s*/s, '')
      .split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}
