import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { cannot } from '../contracts/errors.ts';

/** A file of JSON objects, one per line. Lines are buffered for up to a second, and written when `flush` is called. */
export interface RunLog extends Disposable {
  write(entry: Readonly<Record<string, unknown>>): void;
  flush(): void;
  /** Flushes, and returns the size in bytes, which a checkpoint stores. */
  size(): number;
}

/** Opens a log for appending; disposing it flushes and closes it. */
export function openRunLog(file: string): RunLog {
  const descriptor = openSync(file, 'a');
  let pending: string[] = [];
  let flushed = performance.now();
  const flush = () => {
    if (pending.length > 0) {
      const text = pending.join('');
      pending = [];
      try {
        writeSync(descriptor, text);
      } catch (cause) {
        throw cannot(`write the log ${file}`, (cause as Error).message, 'free disk space', { cause });
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
      return fstatSync(descriptor).size;
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
