import { readFileSync, statSync } from 'node:fs';

/** ms between two signs of life of a lock's holder. */
export const heartbeat = 5_000;
/** ms without one until a holder counts as gone. */
const silence = 120_000;

interface Seen {
  readonly content: string;
  /** By the steady clock of this process. */
  readonly since: number;
  /** Whether it was seen to change: then its holder lived, whatever the clocks say. */
  readonly changed: boolean;
}

/** What this process has seen of locks, by file. */
const seen = new Map<string, Seen>();

/**
 * Whether the holder of a lock seems to be gone: its lock has not changed for 2 minutes while this process watched it, or, where it was never seen to
 * change, was written so long ago. Clocks of machines differ: see {@link staysSilent}.
 *
 * @param now ms, by the clock of the file system where that is known.
 */
export function seemsSilent(file: string, now: number | undefined): boolean {
  const { since, changed } = look(file);
  if (performance.now() - since > silence) return true;
  const touched = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return !changed && touched !== undefined && now !== undefined && now - touched > silence;
}

/** ms for which this process has seen a lock unchanged. */
export function unchangedFor(file: string): number {
  return performance.now() - look(file).since;
}

/** Watches a lock for so many ms; false as soon as it changes. Nothing else happens in this process meanwhile. */
export function staysSilent(file: string, ms: number): boolean {
  const step = new Int32Array(new SharedArrayBuffer(4));
  const { since } = look(file);
  while (performance.now() - since < ms) {
    Atomics.wait(step, 0, 0, Math.min(250, ms));
    if (look(file).since !== since) return false;
  }
  return true;
}

function look(file: string): Seen {
  const content = contentOf(file);
  const before = seen.get(file);
  if (before?.content === content) return before;
  const now = { content, since: performance.now(), changed: before !== undefined };
  seen.set(file, now);
  return now;
}

/** Every heartbeat writes another time. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
