import { createHash } from 'node:crypto';
import { type BigIntStats, closeSync, openSync, readSync, statSync } from 'node:fs';

/** Files up to this size are read whole. */
const wholeBytes = 64 * 1024;
const blocks = 8;
const blockBytes = wholeBytes / blocks;

/**
 * A digest of a file's size and content: all of it up to 64 KiB, else eight blocks of 8 KiB from the first byte to the last, evenly spread. Two files
 * with one digest are one file for most purposes; a change that keeps the size and misses every block is not seen. Throws the error of `node:fs`.
 */
export function contentDigest(path: string, size: number): string {
  const hash = createHash('sha256').update(`${size}:`);
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(size, wholeBytes));
    const read = (into: Buffer, from: number) => {
      for (let done = 0; done < into.length; ) {
        const count = readSync(descriptor, into, done, into.length - done, from + done);
        if (count === 0) break;
        done += count;
      }
    };
    if (size <= wholeBytes) read(buffer, 0);
    else for (let i = 0; i < blocks; i++) read(buffer.subarray(i * blockBytes, (i + 1) * blockBytes), Math.floor((i * (size - blockBytes)) / (blocks - 1)));
    hash.update(buffer);
  } finally {
    closeSync(descriptor);
  }
  return hash.digest('hex').slice(0, 32);
}

/** What `stat` says of a file; undefined where it is no regular file or cannot be looked at. */
export function statFile(path: string): BigIntStats | undefined {
  try {
    const found = statSync(path, { bigint: true });
    return found.isFile() ? found : undefined;
  } catch {
    return undefined;
  }
}
