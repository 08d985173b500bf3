import { closeSync, fstatSync, fsyncSync, openSync } from 'node:fs';
import { describeWriteError } from '@gradalign/engine/files';
import { cannot } from '../contracts/errors.ts';
import { writeFully } from '../files/write-atomically.ts';

/** A file of JSON objects, one per line. Lines are buffered for up to a second, and written when `flush` is called. */
export interface RunLog extends Disposable {
  write(entry: Readonly<Record<string, unknown>>): void;
  flush(): void;
  /** Flushes, waits until it is on the disk, and returns the size in bytes, which a checkpoint stores. */
  size(): number;
}

/** Opens a log for appending; disposing it flushes and closes it. `requireHeld` throws where the file is another process's now: nothing is written then. */
export function openRunLog(file: string, requireHeld: () => void = () => {}): RunLog {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'a');
  } catch (cause) {
    throw cannot(`write the log ${file}`, describeWriteError(cause), 'a file that can be written to', { cause });
  }
  let pending: string[] = [];
  let flushed = performance.now();
  const flush = () => {
    if (pending.length > 0) {
      const text = pending.join('');
      pending = [];
      requireHeld();
      try {
        writeFully(descriptor, Buffer.from(text));
      } catch (cause) {
        throw cannot(`write the log ${file}`, describeWriteError(cause), 'room on the disk', { cause });
      }
    }
    flushed = performance.now();
  };
  return {
    write(entry) {
      pending.push(`${JSON.stringify(entry)}\n`);
      if (performance.now() - flushed > 1000) flush();
    },
    flush,
    size() {
      flush();
      try {
        fsyncSync(descriptor);
        return fstatSync(descriptor).size;
      } catch (cause) {
        throw cannot(`write the log ${file}`, describeWriteError(cause), 'room on the disk', { cause });
      }
    },
    [Symbol.dispose]() {
      try {
        flush();
      } finally {
        closeSync(descriptor);
      }
    },
  };
}
