import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';

/** A file that is not read, because of what it is or how large it is. `message` says what it is: `it is a named pipe, not a file`. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

/**
 * The bytes of a regular file of at most `maxBytes`. Pipes, devices and folders are refused without waiting for them, and a file that grows while it is
 * read is cut at the limit and refused.
 *
 * @throws UnreadableFileError where it is no regular file or too large; the error of `node:fs` where it cannot be opened or read.
 */
export function readBounded(path: string, maxBytes: number): Buffer {
  const { descriptor, size } = openBounded(path, maxBytes);
  try {
    // Files of /proc say 0 bytes and have some.
    const bytes = Buffer.allocUnsafe(size === 0 ? Math.min(maxBytes, 2 ** 16) : size);
    let done = 0;
    while (done < bytes.length) {
      const count = readSync(descriptor, bytes, done, Math.min(bytes.length - done, 2 ** 30), done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Opens a regular file of at most `maxBytes` (default: of any size) for reading. The caller closes it.
 *
 * @throws as readBounded
 */
export function openBounded(path: string, maxBytes = Number.POSITIVE_INFINITY): { readonly descriptor: number; readonly size: number } {
  refuseUnlessFile(statSync(path), maxBytes); // opening some devices has effects
  // Without O_NONBLOCK, opening a pipe that took the file's place would wait for a writer.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return { descriptor, size: refuseUnlessFile(fstatSync(descriptor), maxBytes).size };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function refuseUnlessFile(status: Stats, maxBytes: number): Stats {
  const kind = notAFile(status);
  if (kind !== undefined) throw new UnreadableFileError(`it is ${kind}, not a file`);
  if (status.size > maxBytes)
    throw new UnreadableFileError(`it has ${megabytes(status.size)}, more than the ${megabytes(maxBytes)} that are read of such a file`);
  return status;
}

/** What it is if it is not a regular file: `a folder`, `a named pipe`. */
function notAFile(status: Stats): string | undefined {
  if (status.isFile()) return undefined;
  if (status.isDirectory()) return 'a folder';
  if (status.isFIFO()) return 'a named pipe';
  if (status.isSocket()) return 'a socket';
  return 'a device';
}

function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`;
}
