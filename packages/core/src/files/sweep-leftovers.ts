import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '@gradalign/engine/files';
import { removeQuietly } from './write-atomically.ts';

/** `.epoch-0004.1234.tmp`, `results.json.1234.tmp`: what `saveCheckpoint` and `writeAtomically` write to before they rename it. */
const temporary = /\.(\d+)\.tmp$/;

/** Whether a file of this name is one that a process makes before it renames it, and leaves where it is killed. */
function isTemporary(name: string): boolean {
  return temporary.test(name);
}

/**
 * Removes from these folders what processes that were killed had not renamed yet. Call it with the folder locked. What a running process writes stays.
 * Returns the names that were removed.
 */
export function sweepLeftovers(folders: readonly string[]): string[] {
  return folders.flatMap((folder) => {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const dead = names.filter((name) => {
      const pid = Number(temporary.exec(name)?.[1]);
      // With the lock just taken, this process has nothing in the making: a file with its number is of an earlier process, as happens in containers.
      return pid > 0 && (pid === process.pid || !isAlive(pid));
    });
    for (const name of dead) removeQuietly(join(folder, name));
    return dead;
  });
}
