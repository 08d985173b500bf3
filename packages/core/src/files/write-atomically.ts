import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { cannot } from '../contracts/errors.ts';

/** All of it, or a text in pieces, which need not be in memory at once. */
export type FileContent = string | Uint8Array | Iterable<string>;

/**
 * Writes a file so that it exists complete or not at all: to a temporary sibling that is synced and then renamed. An earlier file stays until then.
 *
 * @throws UserError where the disk is full or the file cannot be written.
 */
export function writeAtomically(path: string, content: FileContent): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeSynced(temporary, content);
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cannot(`write ${path}`, describeWriteError(cause), 'room on the disk and permission to write', { cause });
  }
}

/** Writes a file and waits until it is on the disk. Throws the error of `node:fs`. */
export function writeSynced(path: string, content: FileContent): void {
  const pieces = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
  const descriptor = openSync(path, 'w');
  try {
    for (const piece of pieces) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
      for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What went wrong while writing a file, for messages: `the disk is full`. */
export function describeWriteError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full';
  if (code === 'EFBIG') return 'the file would be larger than the limit that is set for this process';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'its folder does not exist';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'permission denied';
  return message;
}
