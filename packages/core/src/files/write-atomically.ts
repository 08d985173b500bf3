import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describeWriteError } from '@gradalign/engine/files';
import { cannot } from '../contracts/errors.ts';
import { syncFolder } from './sync-folder.ts';
import { isLeftBehind, temporaryName } from './temporary-name.ts';

/** All of it, or a text in pieces, which need not be in memory at once. */
export type FileContent = string | Uint8Array | Iterable<string>;

/**
 * Writes a file so that it exists complete or not at all: to a temporary sibling that is synced and then renamed, after which the folder is synced. An
 * earlier file stays until then. What processes that were killed had written of it is removed.
 *
 * @throws UserError where the disk is full or the file cannot be written.
 */
export function writeAtomically(path: string, content: FileContent): void {
  const temporary = temporaryName(path);
  try {
    writeSynced(temporary, content);
    renameSync(temporary, path);
    syncFolder(dirname(path));
    sweepEarlier(path);
  } catch (cause) {
    removeQuietly(temporary);
    throw cannot(`write ${path}`, describeWriteError(cause), 'room on the disk and permission to write', { cause });
  }
}

/** A command that takes no lock leaves nothing behind either. */
function sweepEarlier(path: string): void {
  const [folder, prefix] = [dirname(path), `${basename(path)}.`];
  try {
    for (const name of readdirSync(folder)) if (name.startsWith(prefix) && isLeftBehind(name)) removeQuietly(join(folder, name));
  } catch {
    // The file is written; a folder that may not be listed is no reason to say that it is not.
  }
}

/** Writes a file and waits until it is on the disk. Throws the error of `node:fs`. */
export function writeSynced(path: string, content: FileContent): void {
  const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  const descriptor = openSync(path, 'w');
  try {
    for (const piece of pieces) writeFully(descriptor, typeof piece === 'string' ? Buffer.from(piece) : piece);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Writes all bytes at the descriptor's position; the system may take them in parts. Throws the error of `node:fs`. */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
}

/** Removes a file or folder. That it cannot be removed matters less than the error that is being reported. */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // the next start sweeps it
  }
}
