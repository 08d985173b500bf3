import { adviceOn, type LeftOut, type Sample, type Split, splits } from '@gradalign/core';
import { byCodePoint } from '../on-disk/code-point-order.ts';
import { holdsVideos } from '../video/holds-videos.ts';
import { checkClips } from './check-clips.ts';
import type { BrokenFile, CheckOptions } from './check-each.ts';
import { checkImages } from './check-images.ts';
import { type Clip, clipsOf, type NamedDataset, speciesOf } from './clips.ts';

/** What data sets hold. Plain JSON. */
export interface Inspection {
  /** By the name of the data set. */
  readonly domains: Readonly<Record<string, DomainInspection>>;
}

/** What one data set holds, and what is wrong with it. */
export interface DomainInspection {
  /** Videos by split and class (images where they stand alone): `{ train: { live: 20, attack: 60 } }`. */
  readonly clips: Counts;
  /** Images by split and class; absent where the clips are whole videos. */
  readonly images?: Counts;
  /** Clips by attack species. */
  readonly species: Readonly<Record<string, number>>;
  /** Number of distinct known subjects by split. */
  readonly subjects: Readonly<Record<string, number>>;
  /** Subjects in more than one split: they make test results look too good. */
  readonly sharedSubjects: readonly { readonly subject: string; readonly splits: readonly Split[] }[];
  /** Clips with an unknown subject. */
  readonly withoutSubject: number;
  /** Paths that match none of the adapter's rules. */
  readonly unmatched: readonly string[];
  /** Names in lists, and links, whose files are missing. */
  readonly missing: readonly string[];
  /** Everything that is not among the samples although it looks as if it should be, and why. */
  readonly leftOut: readonly LeftOut[];
  /** What is unusual and may be a mistake, one sentence each with a remedy. */
  readonly advice: readonly string[];
  /** Other problems, one sentence each. */
  readonly problems: readonly string[];
  /** Clips of the complete data set by split and class, as its authors state them; absent where unknown. */
  readonly official?: Counts;
  /** How the data set itself marks live and attack. */
  readonly polarity?: string;
  /** Images and videos that cannot be used; absent where they were not checked, or could not be: videos need ffprobe. */
  readonly broken?: readonly BrokenFile[];
}

/** Numbers by split and class. */
export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Options of `inspectDatasets`. */
export interface InspectOptions extends CheckOptions {
  /** Default true; false: image and video files are not opened. */
  readonly checkImages?: boolean;
}

/**
 * Counts clips, images and subjects, and decodes every image and opens every video to find broken ones. A broken file throws nothing; it is listed.
 * `onProgress` counts files over all data sets.
 *
 * @throws the signal's reason, when aborted
 */
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
    const broken = check ? await findBroken(entry, options) : undefined;
    domains[entry.domain] = { ...count(entry), ...(broken ? { broken } : {}) };
    before += samples.length;
  }
  return { domains };
}

async function findBroken({ dataset: { samples, clipReader } }: NamedDataset, options: CheckOptions): Promise<BrokenFile[] | undefined> {
  if (!holdsVideos(samples)) return checkImages(samples, options);
  return clipReader ? undefined : checkClips(samples, options);
}

function count({ dataset: { classes, samples, notes } }: NamedDataset): DomainInspection {
  const clips = clipsOf(samples);
  const firsts = clips.map(({ samples: [first] }: Clip) => first);
  return {
    clips: countByClass(firsts, classes),
    ...(holdsVideos(samples) ? {} : { images: countByClass(samples, classes) }),
    species: tally(firsts.flatMap((sample) => speciesOf(sample, classes) ?? [])),
    ...countSubjects(firsts),
    unmatched: notes?.unmatched ?? [],
    missing: notes?.missing ?? [],
    leftOut: notes?.leftOut ?? [],
    advice: [
      ...(notes?.advice ?? []),
      ...adviceOn({ classes, samples }),
      ...(notes?.advice?.some((said) => said.includes('data.splits')) ? [] : oneSplit(samples)),
    ],
    problems: notes?.problems ?? [],
    ...(notes?.official ? { official: notes.official } : {}),
    ...(notes?.polarity === undefined ? {} : { polarity: notes.polarity }),
  };
}

/** By split, in the order of the splits; within one by class, high labels (live) first. */
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

/** As a source a data set of one split is fine; a target is tested on split test. */
function oneSplit(samples: readonly Sample[]): string[] {
  const [only, ...others] = splitsOf(samples);
  if (only === undefined || others.length > 0) return [];
  const side = only === 'train' ? 'target' : 'source';
  return [`all of it is split ${only}: to use it as a ${side}, set data.splits.${side}: [${only}]`];
}

function tally(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => byCodePoint(a, b)));
}
