import { renameSync, rmSync } from 'node:fs';
import { cannot, describeWriteError, requireOutput, writeAtomically } from '@gradalign/core';

/**
 * Refuses a place that could not be written to, before anything is computed.
 *
 * @throws UserError, exit code 2, where the name does not end so, the folder is not there, or something that is no file is in its place
 */
export function checkOutput(path: string, ending: string): void {
  if (!path.toLowerCase().endsWith(ending))
    throw cannot(`export to ${path}`, `its name does not end with ${ending}`, `a file such as model${ending}`, { exitCode: 2 });
  requireOutput(path);
}

/**
 * Writes files that belong together: all of them are on the disk before the first takes its place, so that a full disk leaves what was there.
 *
 * @throws UserError where one cannot be written
 */
export function writeTogether(files: readonly (readonly [path: string, content: string | Uint8Array])[]): void {
  const waiting = files.map(([path]) => `${path}.${process.pid}.new`);
  try {
    for (const [i, [path, content]] of files.entries()) {
      try {
        writeAtomically(waiting[i] as string, content);
      } catch (error) {
        throw (error as Error).cause === undefined
          ? error
          : cannot(`write ${path}`, describeWriteError((error as Error).cause), 'room on the disk and permission to write', { cause: error });
      }
    }
    for (const [i, [path]] of files.entries()) renameSync(waiting[i] as string, path);
  } finally {
    for (const path of waiting) rmSync(path, { force: true });
  }
}
