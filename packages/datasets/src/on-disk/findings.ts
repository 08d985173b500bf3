import type { DatasetNotes } from '@gradalign/core';
import { byCodePoint } from './code-point-order.ts';
import type { FileIndex } from './file-index.ts';

/** Names a sentence spells out before it says how many more there are. */
const spelledOut = 5;

/** Gathers what an adapter has to say about what it found; each thing is said once, in the order of code points. */
export class Findings {
  readonly #unmatched = new Set<string>();
  readonly #missing = new Set<string>();
  readonly #problems = new Set<string>();

  /** What the index found already: links to nothing are missing, links out of the root a problem. */
  constructor(index?: FileIndex) {
    for (const id of index?.dangling ?? []) this.missing(id);
    for (const id of index?.outside ?? []) this.problem(`${id} is a link that leads out of the root: not followed`);
  }

  /** A file that fits none of the naming rules. */
  unmatched(id: string): void {
    this.#unmatched.add(id);
  }

  /** A name that a list mentions and the disk lacks. */
  missing(name: string): void {
    this.#missing.add(name);
  }

  problem(sentence: string): void {
    this.#problems.add(sentence);
  }

  /** One sentence about several names: `3 clips have no .face file: a, b, c`. Nothing where there are none. */
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
