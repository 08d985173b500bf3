import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
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
  return recordsIn(existsSync(path) ? readFileSync(path) : Buffer.alloc(0));
}

export function openJournal(path: string): Journal {
  mkdirSync(dirname(path), { recursive: true });
  const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const records = recordsIn(content);
  const file = openSync(path, 'a');
  let length = content.lastIndexOf(lineEnd) + 1;
  ftruncateSync(file, length);
  return {
    records,
    add(record) {
      const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
      try {
        for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      } catch (cause) {
        ftruncateSync(file, length);
        throw cannot(`write ${path}`, describeWriteError(cause), 'room on the disk and permission to write; start again to go on', { cause });
      }
      length += bytes.length;
      records.set(record.id, record);
    },
    [Symbol.dispose]() {
      fsyncSync(file);
      closeSync(file);
    },
  };
}

const lineEnd = 0x0a;

/** Line by line: the whole may be longer than a string can be. */
function recordsIn(content: Buffer): Map<string, ClipRecord> {
  const records = new Map<string, ClipRecord>();
  for (let at = 0, end = content.indexOf(lineEnd); end >= 0; at = end + 1, end = content.indexOf(lineEnd, at)) {
    try {
      const record = JSON.parse(content.toString('utf8', at, end)) as ClipRecord;
      records.set(record.id, record);
    } catch {
      // Of a disk that was full: the clip is done again.
    }
  }
  return new Map([...records].sort(([a], [b]) => byCodePoint(a, b)));
}
