import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { cannot } from '../contracts/errors.ts';

/** The whole, or the pieces of a text that need not be in memory at once. */
type FileContent = string | Uint8Array | Iterable<string>;

/** Writes a file that is there whole or not at all: a temporary sibling, synced, then renamed. What was there before stays until then. */
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

/** All bytes, on the disk when it returns. */
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

export function describeWriteError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full';
  if (code === 'EFBIG') return 'the file would be larger than the limit that is set for this process';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'its folder is not there';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'it may not be written to';
  return message;
}
