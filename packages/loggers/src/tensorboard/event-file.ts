import { closeSync, fsyncSync, openSync, readdirSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type EventContent, encodeEvent, type SummaryValue } from './event-messages.ts';
import { encodeRecord } from './record.ts';

/** One event file, which only grows: whatever ends the process, what was flushed can be read. Its methods throw the errors of `node:fs`. */
export interface EventFile extends Disposable {
  readonly path: string;
  /** Values at a step; kept in memory until `flush`. */
  add(step: number, values: readonly SummaryValue[]): void;
  /** Writes what was added, and waits until it is on the disk. */
  flush(): void;
}

/**
 * Starts a new event file in a folder, named so that readers, who go by the names, take it for the newest.
 *
 * @param from The first step that is still to come, where a run goes on: readers drop what earlier files say of it and of later ones.
 */
export function createEventFile(folder: string, { from }: { readonly from?: number } = {}): EventFile {
  const path = join(folder, `${prefix}${String(nextSecond(folder)).padStart(10, '0')}.${hostname()}.${process.pid}.0`);
  const descriptor = openSync(path, 'wx');
  let pending: Uint8Array[] = [];
  let open = true;
  const add = (step: number, content: EventContent) => void pending.push(encodeRecord(encodeEvent(Date.now() / 1000, step, content)));
  const flush = () => {
    if (!open || pending.length === 0) return;
    const bytes = Buffer.concat(pending);
    pending = [];
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    fsyncSync(descriptor);
  };
  add(0, { fileVersion: 'brain.Event:2' });
  if (from !== undefined) add(from, { sessionStart: true });
  return {
    path,
    add: (step, values) => add(step, { values }),
    flush,
    [Symbol.dispose]() {
      if (!open) return;
      try {
        flush();
      } finally {
        open = false;
        closeSync(descriptor);
      }
    },
  };
}

const prefix = 'events.out.tfevents.';

/** Now in seconds, or the second after the newest file's, where the clock was set back or a run goes on within the same second. */
function nextSecond(folder: string): number {
  const known = readdirSync(folder).flatMap((name) => (name.startsWith(prefix) ? [Number.parseInt(name.slice(prefix.length), 10) || 0] : []));
  return Math.max(Math.floor(Date.now() / 1000), ...known.map((second) => second + 1));
}
