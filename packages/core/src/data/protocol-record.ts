import { type Sample, type Split, splits } from '../contracts/dataset.ts';
import type { Experiment } from '../contracts/experiment.ts';
import { inseparable } from './hold-out.ts';
import type { Domains } from './read-domains.ts';

/** What a run trains on, holds out and tests on, counted. Plain JSON; stands in `results.json`. */
export interface ProtocolRecord {
  /** Of the protocol; absent where the experiment names its domains by hand. */
  readonly name?: string;
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly splits: { readonly source: readonly Split[]; readonly target: readonly Split[] };
  /** Share of the source subjects that is kept from training; which ones, the seed decides. */
  readonly holdOut: number;
  readonly seed: number;
  /** By domain. */
  readonly training: Readonly<Record<string, PartCounts>>;
  readonly heldOut: Readonly<Record<string, PartCounts>>;
  readonly test: Readonly<Record<string, PartCounts>>;
  readonly checks: {
    /** No subject (or clip, where subjects are not known) of a source is in training and in the held-out part. */
    readonly heldOutDisjoint: boolean;
    /** Those that are, as `domain: subject`. */
    readonly shared: readonly string[];
    /** No domain and no file is on both sides. */
    readonly targetsDisjoint: boolean;
    /** Files that are, at most ten of them. */
    readonly sharedFiles: readonly string[];
  };
}

export interface PartCounts {
  /** By split and class, those with high labels (live) first: `{ train: { live: 20, attack: 60 } }`. An image without a video is a clip of its own. */
  readonly clips: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly images: number;
  /** Different subjects, of those that are known; the same subject in two splits counts once. */
  readonly subjects: number;
  /** Clips of which the subject is not known. */
  readonly withoutSubject: number;
}

export function recordProtocol({ data, seed }: Experiment, { classes, sources, targets }: Domains): ProtocolRecord {
  const count = (samples: readonly Sample[]) => countPart(samples, classes);
  const shared = sources.flatMap(({ name, samples, heldOut }) => {
    const held = new Set(heldOut.map((sample) => inseparable(sample).key));
    return [...new Set(samples.map((sample) => inseparable(sample).key))]
      .filter((key) => held.has(key))
      .map((key) => `${name}: ${key.slice(key.indexOf(':') + 1)}`);
  });
  const trained = new Set(sources.flatMap(({ samples, heldOut }) => [...samples, ...heldOut].flatMap(fileOf)));
  const sharedFiles = [...new Set(targets.flatMap(({ samples }) => samples.flatMap(fileOf)))].filter((file) => trained.has(file));
  return {
    ...(data.follows === undefined ? {} : { name: data.follows }),
    sources: sources.map(({ name }) => name),
    targets: targets.map(({ name }) => name),
    splits: data.splits,
    holdOut: data.holdOut,
    seed,
    training: Object.fromEntries(sources.map(({ name, samples }) => [name, count(samples)])),
    heldOut: Object.fromEntries(sources.map(({ name, heldOut }) => [name, count(heldOut)])),
    test: Object.fromEntries(targets.map(({ name, samples }) => [name, count(samples)])),
    checks: {
      heldOutDisjoint: shared.length === 0,
      shared,
      targetsDisjoint: sharedFiles.length === 0 && !targets.some(({ name }) => sources.some((source) => source.name === name)),
      sharedFiles: sharedFiles.slice(0, 10),
    },
  };
}

function countPart(samples: readonly Sample[], classes: readonly string[]): PartCounts {
  const clips = new Map<string, Sample>();
  for (const sample of samples) {
    const key = clipKey(sample);
    if (!clips.has(key)) clips.set(key, sample);
  }
  const firsts = [...clips.values()];
  const present = splits.filter((split) => firsts.some((clip) => clip.split === split));
  const labels = classes.map((name, label) => ({ name, label })).reverse();
  return {
    clips: Object.fromEntries(
      present.map((split) => [
        split,
        Object.fromEntries(labels.map(({ name, label }) => [name, firsts.filter((clip) => clip.split === split && clip.label === label).length])),
      ]),
    ),
    images: samples.length,
    subjects: new Set(firsts.flatMap(({ subject }) => subject ?? [])).size,
    withoutSubject: firsts.filter(({ subject }) => subject === undefined).length,
  };
}

/** Frames with the same key are of one clip: one video in one split with one label; an image without a video is a clip of its own. */
export function clipKey({ split, label, video, id }: Sample): string {
  return JSON.stringify([split, label, video === undefined ? 'image' : 'video', video ?? id]);
}

function fileOf({ image }: Sample): string[] {
  return 'path' in image ? [image.path] : 'clip' in image ? [image.clip] : [];
}
