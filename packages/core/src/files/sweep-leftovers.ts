import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isLeftBehind, writerOf } from './temporary-name.ts';
import { removeQuietly } from './write-atomically.ts';

/**
 * Removes from these folders what processes that were killed had not renamed yet. Call it with the folder locked. What a running process writes stays.
 * Returns the names that were removed.
 */
export function sweepLeftovers(folders: readonly string[]): string[] {
  return folders.flatMap((folder) => {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    // With the lock just taken, this process has nothing in the making: a file with its number is of an earlier process, as happens in containers.
    const dead = names.filter((name) => isLeftBehind(name) || writerOf(name) === process.pid);
    for (const name of dead) removeQuietly(join(folder, name));
    return dead;
  });
}
