import { type Sample, type Split, splits } from '../contracts/dataset.ts';
import type { Experiment } from '../contracts/experiment.ts';
import { clipKey } from './clip-key.ts';
import { inseparable } from './hold-out.ts';
import type { Domains } from './read-domains.ts';

/** What a run trains on, holds out and tests on, in counts. Plain JSON, part of `results.json`. */
export interface ProtocolRecord {
  /** Name of the protocol; absent where the experiment sets its domains by hand. */
  readonly name?: string;
  /** Names of the domains trained on, and of those only tested on. */
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly splits: { readonly source: readonly Split[]; readonly target: readonly Split[] };
  /** Share of the source subjects kept out of training, 0..0.9; the seed decides which. */
  readonly holdOut: number;
  readonly seed: number;
  /** By source domain: what is trained on. */
  readonly training: Readonly<Record<string, PartCounts>>;
  /** By source domain: what is held out. */
  readonly heldOut: Readonly<Record<string, PartCounts>>;
  /** By target domain. */
  readonly test: Readonly<Record<string, PartCounts>>;
  readonly checks: {
    /** True where no subject (or clip, where subjects are unknown) of a source is both trained on and held out. */
    readonly heldOutDisjoint: boolean;
    /** Subjects or clips that are, as `domain: subject`. */
    readonly shared: readonly string[];
    /** True where no domain and no file is both a source and a target. */
    readonly targetsDisjoint: boolean;
    /** Files that are, at most ten. */
    readonly sharedFiles: readonly string[];
  };
}

/** Counts of a part of a domain. */
export interface PartCounts {
  /** Clips by split and class, high labels (live) first: `{ train: { live: 20, attack: 60 } }`. An image without a video is a clip of its own. */
  readonly clips: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Samples: frames, and images without a video. */
  readonly images: number;
  /** Distinct known subjects; one in two splits counts once. */
  readonly subjects: number;
  /** Clips whose subject is unknown. */
  readonly withoutSubject: number;
}

/** Counts what an experiment with these domains trains on, holds out and tests on, and checks that the parts do not overlap. */
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

function fileOf({ image }: Sample): string[] {
  return 'path' in image ? [image.path] : 'clip' in image ? [image.clip] : [];
}
