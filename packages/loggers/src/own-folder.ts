import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { cannot, describeWriteError, makeFolders } from '@gradalign/core';

/**
 * A folder of the callback's own in the folder of its run; made if it is not there.
 *
 * @throws UserError, exit code 2, where something else is in its place: a link would lead what is written elsewhere.
 */
export function ownFolder(run: string, name: string): string {
  const folder = join(run, name);
  const what = `write to ${folder}`;
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found && !found.isDirectory())
    throw cannot(what, found.isSymbolicLink() ? 'it is a symbolic link' : 'it is a file', 'a folder: move it out of the way', { exitCode: 2 });
  try {
    makeFolders(folder);
  } catch (cause) {
    throw cannot(what, describeWriteError(cause), 'a folder that can be written to', { cause });
  }
  return folder;
}
