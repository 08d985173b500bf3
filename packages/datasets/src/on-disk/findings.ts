import type { DatasetNotes } from '@gradalign/core';
import { byCodePoint } from './code-point-order.ts';
import type { FileIndex } from './file-index.ts';

/** Names that a sentence spells out before it counts the rest. */
const spelledOut = 5;

/** Collects what an adapter reports about the files it found; each finding once, sorted by code point. */
export class Findings {
  readonly #unmatched = new Set<string>();
  readonly #missing = new Set<string>();
  readonly #problems = new Set<string>();

  /** Starts with the index's findings: broken links are missing files, links that lead outside the root are problems. */
  constructor(index?: FileIndex) {
    for (const id of index?.dangling ?? []) this.missing(id);
    for (const id of index?.outside ?? []) this.problem(`${id} is a link that leads outside the root: not followed`);
  }

  /** A file that matches none of the naming rules. */
  unmatched(id: string): void {
    this.#unmatched.add(id);
  }

  /** A name in a list whose file is missing. */
  missing(name: string): void {
    this.#missing.add(name);
  }

  problem(sentence: string): void {
    this.#problems.add(sentence);
  }

  /** One sentence about several names: `3 clips have no .face file: a, b, c`. Nothing where there are no names. */
  problems(names: readonly string[], sentence: (count: number) => string): void {
    if (names.length > 0) this.problem(`${sentence(names.length)}: ${someOf(names)}`);
  }

  notes(rest: Pick<DatasetNotes, 'official' | 'polarity'> = {}): DatasetNotes {
    return {
      unmatched: [...this.#unmatched].sort(byCodePoint),
      missing: [...this.#missing].sort(byCodePoint),
      problems: [...this.#problems].sort(byCodePoint),
      ...rest,
    };
  }
}

function someOf(names: readonly string[]): string {
  const more = names.length - spelledOut;
  return `${names.slice(0, spelledOut).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
