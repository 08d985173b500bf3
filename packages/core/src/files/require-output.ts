import { type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { cannot } from '../contracts/errors.ts';

/**
 * Refuses a file to write whose folder is not there, or whose place something holds that is no file: before anything is computed.
 *
 * @throws UserError, exit code 2: another name is needed
 */
export function requireOutput(path: string): void {
  const refuse = (is: string): never => {
    throw cannot(`write ${path}`, is, 'a file in a folder that is there', { exitCode: 2 });
  };
  if (path === '') refuse('the name is empty');
  const folder = dirname(resolve(path));
  const above = found(folder);
  if (!above?.isDirectory()) refuse(above ? `${folder} is a file` : `there is no folder ${folder}`);
  const there = found(path);
  if (there && !there.isFile()) refuse(there.isDirectory() ? 'it is a folder' : 'it is a device, a pipe or a socket');
}

/** What is at a path; undefined where nothing is, or where it cannot be reached: writing says why. */
function found(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
