import type { DatasetNotes, LeftOut, LeftOutKind } from '@gradalign/core';
import { imageEnding, videoEnding, whyNotRead, whyVideoIsNotRead } from '@gradalign/core/images';
import { byCodePoint } from './code-point-order.ts';
import type { FileIndex } from './file-index.ts';

/** Names that a sentence spells out before it counts the rest. */
const spelledOut = 5;

/** Collects what an adapter reports about the files it found; each finding once, sorted by code point. */
export class Findings {
  readonly #unmatched = new Set<string>();
  readonly #missing = new Set<string>();
  readonly #problems = new Set<string>();
  readonly #leftOut = new Map<string, LeftOut>();
  readonly #advice = new Set<string>();

  /** Starts with the index's findings: broken links are missing files, links that lead outside the root are problems. */
  constructor(index?: FileIndex) {
    for (const id of index?.dangling ?? []) {
      if (looksLikeData(id)) this.missing(id);
      else this.absent(id);
    }
    for (const id of index?.outside ?? []) this.leaveOut('missing', id, 'it is a link that leads outside the root: not followed');
  }

  /**
   * A file that matches none of the naming rules. Where it looks like a picture or a video, it is left out: because of its kind, or of its place.
   *
   * @param reads what the adapter looks for
   */
  unmatched(id: string, reads: 'pictures' | 'videos' = 'pictures'): void {
    this.#unmatched.add(id);
    const isVideo = videoEnding.test(id);
    const why = isVideo ? undefined : whyNotRead(id);
    if (reads === 'videos') {
      const unreadVideo = whyVideoIsNotRead(id);
      if (unreadVideo !== undefined) this.#add({ kind: 'kind', what: id, why: unreadVideo, unit: 'clip' });
      else if (isVideo) this.#add({ kind: 'place', what: id, why: noRule, unit: 'clip' });
    } else if (why !== undefined) this.#add({ kind: 'kind', what: id, why });
    else if (isVideo || imageEnding.test(id)) this.#add({ kind: 'place', what: id, why: noRule });
  }

  /** A name in a list whose file is missing. */
  missing(name: string, why = 'there is no such file'): void {
    this.#missing.add(name);
    this.#add({ kind: 'missing', what: name, why });
  }

  /** A part of the complete data set that this copy lacks, and that no list of the user's names. */
  absent(name: string): void {
    this.#missing.add(name);
  }

  /** Something that should have become a sample and does not: also a problem, in one sentence. */
  leaveOut(kind: LeftOutKind, what: string, why: string): void {
    this.#problems.add(`${what}: ${why}`);
    this.#add({ kind, what, why });
  }

  /** Several of them for one reason; as a problem one sentence. */
  leaveOutAll(kind: LeftOutKind, names: readonly string[], why: string, sentence: (count: number) => string): void {
    this.problems(names, sentence);
    for (const what of names) this.#add({ kind, what, why });
  }

  /** What was left out elsewhere, by preparation for example. */
  add(leftOut: readonly LeftOut[]): void {
    for (const one of leftOut) this.#add(one);
  }

  /** What is unusual and has a remedy. */
  advise(sentence: string): void {
    this.#advice.add(sentence);
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
      leftOut: [...this.#leftOut.values()].sort((a, b) => byCodePoint(a.what, b.what)),
      ...(this.#advice.size > 0 ? { advice: [...this.#advice] } : {}),
      ...rest,
    };
  }

  #add(one: LeftOut): void {
    const key = `${one.what}\n${one.why}`;
    if (!this.#leftOut.has(key)) this.#leftOut.set(key, one);
  }
}

/** A picture, a video, or a folder of them. */
function looksLikeData(id: string): boolean {
  return imageEnding.test(id) || videoEnding.test(id) || whyNotRead(id) !== undefined || !/\.[^./]*$/.test(id);
}

const noRule = 'it matches no naming rule';

function someOf(names: readonly string[]): string {
  const more = names.length - spelledOut;
  return `${names.slice(0, spelledOut).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
