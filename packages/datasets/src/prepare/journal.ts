import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { cannot, describeWriteError, makeFolders, openBounded, writeAtomically } from '@gradalign/core';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import type { ManifestRow } from './manifest.ts';

/** The outcome of one clip. */
export interface ClipRecord {
  readonly id: string;
  /** Size of the source files: where it differs later, the clip is prepared again. */
  readonly source: string;
  /** `no face`: the clip is readable, but no selected frame has a face. */
  readonly status: 'prepared' | 'no face' | 'broken';
  readonly reason?: string;
  /** Whose it is, where there are no rows that say so; absent from journals of earlier versions. */
  readonly of?: { readonly species?: string; readonly subject?: string };
  readonly problems?: readonly string[];
  readonly folder: string;
  /** Its first raw file, relative to the root of the raw data. */
  readonly raw?: string;
  /** True: its raw file is gone, and the user asked to keep its crops. */
  readonly kept?: true;
  /** Selected frames that were decoded. */
  readonly frames: number;
  readonly framesWithoutFace: number;
  readonly rows: readonly ManifestRow[];
}

/**
 * The finished clips, one JSON line each, written once the clip's files exist. A killed process leaves at most an incomplete last line, which is
 * removed. The last line of a clip counts. Only the positions of the lines are kept in memory: some sets have 600,000 images, each a clip of its own.
 */
export interface Journal extends Disposable {
  get(id: string): ClipRecord | undefined;
  /** In the order of the clips' ids. */
  records(): Iterable<ClipRecord>;
  add(record: ClipRecord): void;
  /** Leaves no line of these clips in the file. */
  remove(ids: ReadonlySet<string>): void;
}

/** The records of a journal, in the order of the clips' ids, for readers: the file is not changed. */
export function* readJournal(path: string): Generator<ClipRecord> {
  const file = openBounded(path).descriptor;
  try {
    const { places } = scan(file);
    for (const id of [...places.keys()].sort(byCodePoint)) yield recordAt(file, places.get(id) as Place);
  } finally {
    closeSync(file);
  }
}

export function openJournal(path: string): Journal {
  const told = (cause: unknown) =>
    cannot(`write ${path}`, describeWriteError(cause), 'room on the disk and permission to write; start again to continue', { cause });
  let file: number;
  try {
    makeFolders(dirname(path));
    file = openSync(path, 'a+');
  } catch (cause) {
    throw told(cause);
  }
  let { places, length } = scan(file);
  ftruncateSync(file, length);
  const read = (place: Place) => recordAt(file, place);
  return {
    get(id) {
      const place = places.get(id);
      return place && read(place);
    },
    *records() {
      for (const id of [...places.keys()].sort(byCodePoint)) yield read(places.get(id) as Place);
    },
    add(record) {
      const line = Buffer.from(`${JSON.stringify(record)}\n`);
      try {
        for (let done = 0; done < line.length; ) done += writeSync(file, line, done);
      } catch (cause) {
        try {
          ftruncateSync(file, length);
        } catch {
          // the next start cuts it
        }
        throw told(cause);
      }
      places.set(record.id, { at: length, bytes: line.length - 1 });
      length += line.length;
    },
    remove(ids) {
      const lines = function* () {
        for (const [id, place] of places) if (!ids.has(id)) yield `${JSON.stringify(read(place))}\n`;
      };
      writeAtomically(path, lines());
      closeSync(file);
      file = openSync(path, 'a+');
      ({ places, length } = scan(file));
    },
    [Symbol.dispose]() {
      try {
        fsyncSync(file);
      } catch (cause) {
        throw told(cause);
      } finally {
        closeSync(file);
      }
    },
  };
}

/** Position of a line in its file, without the line break. */
interface Place {
  readonly at: number;
  readonly bytes: number;
}

function recordAt(file: number, { at, bytes }: Place): ClipRecord {
  const line = Buffer.allocUnsafe(bytes);
  readSync(file, line, 0, bytes, at);
  return JSON.parse(line.toString()) as ClipRecord;
}

const lineEnd = 0x0a;
const pieceBytes = 2 ** 20;

/** Piece by piece: the file may be longer than a buffer can be. `length` is that of the complete lines. */
function scan(file: number): { readonly places: Map<string, Place>; readonly length: number } {
  const places = new Map<string, Place>();
  const piece = Buffer.allocUnsafe(pieceBytes);
  let begun = Buffer.alloc(0);
  let length = 0;
  for (let read = 0; ; ) {
    const got = readSync(file, piece, 0, pieceBytes, read);
    if (got === 0) return { places, length };
    read += got;
    const lines = Buffer.concat([begun, piece.subarray(0, got)]);
    let from = 0;
    for (let end = lines.indexOf(lineEnd); end >= 0; from = end + 1, end = lines.indexOf(lineEnd, from)) {
      const id = idOf(lines.toString('utf8', from, end));
      if (id !== undefined) places.set(id, { at: length + from, bytes: end - from });
    }
    begun = lines.subarray(from);
    length += from;
  }
}

/** Undefined for a damaged line, from a full disk for example: the clip is prepared again. */
function idOf(line: string): string | undefined {
  try {
    return (JSON.parse(line) as ClipRecord).id;
  } catch {
    return undefined;
  }
}
