import { type BigIntStats, statSync } from 'node:fs';
import type { LeftOut } from '../contracts/dataset.ts';
import type { Reporter } from '../contracts/reporter.ts';

/** What is wrong with a picture; undefined where nothing is. */
export type Verdict = Omit<LeftOut, 'what'> | undefined;

/**
 * What is known of data that several runs of one process read, as those of a study do: each picture is checked once, as long as its file stays the same, and
 * what was said of the data is not said again.
 */
export class KnownData {
  readonly #verdicts = new Map<string, { readonly identity: string; readonly verdict: Verdict }>();
  readonly #said = new Set<string>();

  /** The verdict on a file, from `judge` where the file is new here or has changed. */
  async verdictOn(path: string, judge: () => Promise<Verdict>): Promise<Verdict> {
    const identity = identityOf(path);
    const known = this.#verdicts.get(path);
    if (known && known.identity === identity) return known.verdict;
    const verdict = await judge();
    this.#verdicts.set(path, { identity, verdict });
    return verdict;
  }

  /** A reporter that passes on every notice and warning once, whichever run says it. */
  once(reporter: Reporter): Reporter {
    const isNew = (message: string) => !this.#said.has(message) && this.#said.add(message);
    return {
      notice: (message) => void (isNew(message) && reporter.notice(message)),
      warn: (message) => void (isNew(message) && reporter.warn(message)),
      progress: (state) => reporter.progress(state),
    };
  }
}

/** Where the file lies, its size and when it was changed. */
function identityOf(path: string): string {
  let found: BigIntStats | undefined;
  try {
    found = statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    // Its verdict says why.
  }
  return found ? [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join() : '';
}
