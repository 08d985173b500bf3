import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { cannot, describeWriteError } from '@gradalign/core';
import { byCodePoint } from '../code-point-order.ts';
import type { ManifestRow } from './manifest.ts';

/** What became of one clip. */
export interface ClipRecord {
  readonly id: string;
  /** Of the source's bytes and time of change: where it differs later, the clip is done again. */
  readonly source: string;
  /** `no face`: it can be read, and no chosen frame has a face. */
  readonly status: 'prepared' | 'no face' | 'broken';
  readonly reason?: string;
  readonly problems?: readonly string[];
  readonly folder: string;
  /** Frames that were chosen and came. */
  readonly frames: number;
  readonly framesWithoutFace: number;
  readonly rows: readonly ManifestRow[];
}

/**
 * What has been done, one JSON line a clip, written when the clip's files are there. A process that is killed leaves at most a torn last line, which is
 * cut off. The last line of a clip counts.
 */
export interface Journal extends Disposable {
  readonly records: ReadonlyMap<string, ClipRecord>;
  add(record: ClipRecord): void;
}

export function readJournal(path: string): Map<string, ClipRecord> {
  const records = new Map<string, ClipRecord>();
  if (!existsSync(path)) return records;
  for (const line of wholeLines(readFileSync(path))) {
    try {
      const record = JSON.parse(line) as ClipRecord;
      records.set(record.id, record);
    } catch {
      // Of a disk that was full: the clip is done again.
    }
  }
  return new Map([...records].sort(([a], [b]) => byCodePoint(a, b)));
}

export function openJournal(path: string): Journal {
  const records = readJournal(path);
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path)) truncateSync(path, readFileSync(path).lastIndexOf(0x0a) + 1);
  const file = openSync(path, 'a');
  let length = readFileSync(path).length;
  return {
    records,
    add(record) {
      const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
      try {
        for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
        fsyncSync(file);
      } catch (cause) {
        truncateSync(path, length);
        throw cannot(`write ${path}`, describeWriteError(cause), 'room on the disk and permission to write; start again to go on', { cause });
      }
      length += bytes.length;
      records.set(record.id, record);
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}

function wholeLines(bytes: Buffer): string[] {
  return bytes
    .subarray(0, bytes.lastIndexOf(0x0a) + 1)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}
