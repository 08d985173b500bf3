import { type Sample, type Split, splits } from '@gradalign/core';
import { byCodePoint } from '../code-point-order.ts';
import { type BrokenImage, type CheckOptions, checkImages } from './check-images.ts';
import { type Clip, clipsOf, type NamedDataset, speciesOf } from './clips.ts';

/** What data sets hold. Plain JSON. */
export interface Inspection {
  readonly domains: Readonly<Record<string, DomainInspection>>;
}

export interface DomainInspection {
  /** Videos by split and class (images where they stand alone): { train: { live: 20, attack: 60 } }. */
  readonly clips: Counts;
  readonly images: Counts;
  /** Clips by attack species. */
  readonly species: Readonly<Record<string, number>>;
  /** Number of different subjects by split, of those that are known. */
  readonly subjects: Readonly<Record<string, number>>;
  /** Subjects in more than one split: what is learned about them in training flatters the test. */
  readonly sharedSubjects: readonly { readonly subject: string; readonly splits: readonly Split[] }[];
  /** Clips whose subject is not known. */
  readonly withoutSubject: number;
  /** Paths that fit none of the adapter's rules. */
  readonly unmatched: readonly string[];
  /** Names that lists or links mention and the disk lacks. */
  readonly missing: readonly string[];
  /** Images that cannot be used; absent where they were not looked at. */
  readonly broken?: readonly BrokenImage[];
}

export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface InspectOptions extends CheckOptions {
  /** False: the image files are not opened. */
  readonly checkImages?: boolean;
}

/** Counts what is there, and decodes every image to find those that are broken. `onProgress` counts images over all data sets. */
export async function inspectDatasets(
  entries: readonly NamedDataset[],
  { checkImages: check = true, onProgress, signal }: InspectOptions = {},
): Promise<Inspection> {
  const total = entries.reduce((sum, { dataset }) => sum + dataset.samples.length, 0);
  const domains: Record<string, DomainInspection> = {};
  let before = 0;
  for (const entry of entries) {
    const { samples } = entry.dataset;
    const offset = before;
    const options = { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress: (done: number) => onProgress(offset + done, total) } : {}) };
    domains[entry.domain] = { ...count(entry), ...(check ? { broken: await checkImages(samples, options) } : {}) };
    before += samples.length;
  }
  return { domains };
}

function count({ dataset: { classes, samples, notes } }: NamedDataset): DomainInspection {
  const clips = clipsOf(samples);
  const firsts = clips.map(({ samples: [first] }: Clip) => first);
  return {
    clips: countByClass(firsts, classes),
    images: countByClass(samples, classes),
    species: tally(firsts.flatMap((sample) => speciesOf(sample, classes) ?? [])),
    ...countSubjects(firsts),
    unmatched: notes?.unmatched ?? [],
    missing: notes?.missing ?? [],
  };
}

/** By split, in the order of the splits; within it by class, those with high labels (live) first. */
function countByClass(samples: readonly Sample[], classes: readonly string[]): Counts {
  const counts: Record<string, Record<string, number>> = {};
  for (const split of splitsOf(samples)) {
    const labels = samples.filter((sample) => sample.split === split).map(({ label }) => label);
    const named = classes.map((name, label): [string, number] => [name, labels.filter((one) => one === label).length]);
    counts[split] = Object.fromEntries(named.reverse());
  }
  return counts;
}

function countSubjects(samples: readonly Sample[]): Pick<DomainInspection, 'subjects' | 'sharedSubjects' | 'withoutSubject'> {
  const splitsBySubject = new Map<string, Set<Split>>();
  for (const { subject, split } of samples) {
    if (subject === undefined) continue;
    const known = splitsBySubject.get(subject) ?? new Set();
    splitsBySubject.set(subject, known.add(split));
  }
  const subjects: Record<string, number> = {};
  for (const split of splitsOf(samples)) subjects[split] = [...splitsBySubject.values()].filter((those) => those.has(split)).length;
  const sharedSubjects = [...splitsBySubject]
    .filter(([, those]) => those.size > 1)
    .map(([subject, those]) => ({ subject, splits: splits.filter((split) => those.has(split)) }))
    .sort((a, b) => byCodePoint(a.subject, b.subject));
  return { subjects, sharedSubjects, withoutSubject: samples.filter(({ subject }) => subject === undefined).length };
}

function splitsOf(samples: readonly Sample[]): Split[] {
  const present = new Set(samples.map(({ split }) => split));
  return splits.filter((split) => present.has(split));
}

function tally(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => byCodePoint(a, b)));
}
