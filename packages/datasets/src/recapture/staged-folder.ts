import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { cannot, describeWriteError, makeFolders, readBounded } from '@gradalign/core';
import { isAlive } from '@gradalign/engine/files';

/**
 * Fills a new folder that is complete or absent: `write` gets a folder beside it, which is renamed at the end, or removed after an error.
 * `what` names it in messages.
 */
export async function inStagedFolder<T>(wanted: string, what: string, write: (stage: string) => Promise<T>): Promise<T> {
  const root = resolve(wanted);
  const stage = join(dirname(root), `.${basename(root)}.${process.pid}.tmp`);
  removeLeftOvers(root);
  try {
    makeFolders(stage);
    const result = await write(stage);
    rmSync(root, { recursive: true, force: true });
    renameSync(stage, root);
    return result;
  } catch (error) {
    rmSync(stage, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS') {
      throw cannot(`write ${what} to ${root}`, describeWriteError(error), 'a writable disk with room', { cause: error });
    }
    throw error;
  }
}

/** Whether something would be overwritten: a file, or a folder that is not empty. */
export function isOccupied(root: string): boolean {
  return existsSync(root) && (!statSync(root).isDirectory() || readdirSync(root).length > 0);
}

/** The content of a JSON file; undefined where it is missing or unreadable. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readBounded(path, 2 ** 28).toString());
  } catch {
    return undefined;
  }
}

/** Removes what killed processes left behind. */
function removeLeftOvers(root: string): void {
  const folder = dirname(root);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = new RegExp(`^\\.${basename(root).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\.(\\d+)\\.tmp$`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}
