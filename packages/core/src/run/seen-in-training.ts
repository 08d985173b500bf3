import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readBounded } from '@gradalign/pixels/files';
import { createDataset } from '../configuration/create-item.ts';
import type { Sample } from '../contracts/dataset.ts';
import { UserError } from '../contracts/errors.ts';
import type { Reporter } from '../contracts/reporter.ts';
import { clipKey } from '../data/clip-key.ts';
import type { Domains } from '../data/read-domains.ts';
import type { DomainSamples } from '../evaluation/score-samples.ts';
import type { TrainedRun } from './trained-run.ts';

/** Names that a warning spells out. */
const spelledOut = 3;

/**
 * Warns where a run is evaluated on clips that it was trained on (or whose scores fixed its threshold): by the content of their files, wherever these
 * lie and whatever they are called, and by the names of their subjects. Figures on them say nothing about people and cameras that are new. Sources that
 * cannot be read any more are named, since nothing can be said about them.
 */
export async function warnOfTrainedOn(run: TrainedRun, tested: readonly DomainSamples[]): Promise<void> {
  const { experiment, catalogue, seed, reporter } = run;
  const { source, splits } = experiment.data;
  const training: DomainSamples[] = [];
  const unread: string[] = [];
  for (const [name, named] of Object.entries(source)) {
    try {
      const { samples } = await createDataset(name, named, catalogue, seed);
      training.push({ name, samples: samples.filter(({ split }) => splits.source.includes(split)) });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unread.push(name);
    }
  }
  if (unread.length > 0) reporter.warn(`not known whether clips were seen in training: the data of ${unread.join(', ')} cannot be read`);
  const files = filesBySize(training);
  for (const { name, samples } of tested) {
    warnOfSameFiles(name, samples, files, reporter);
    const shared = sharedSubjects(samples, training);
    if (shared.length > 0) {
      reporter.warn(
        `'${name}': ${shared.length} ${shared.length === 1 ? 'subject has the name of one' : 'subjects have names of some'} seen in training: ${firstOf(shared)}; if they are the same people, figures are too good`,
      );
    }
  }
}

/** Data of more files than this are not compared before training, which would read all those of one size. */
const mostCompared = 20_000;

/** Warns where a target holds clips that the run is trained on, or that fix its thresholds: by the content of their files. Subjects of different domains often share their numbers. */
export function warnOfSourcesAmongTargets({ sources, targets }: Pick<Domains, 'sources' | 'targets'>, reporter: Reporter): void {
  const asStored = (samples: readonly Sample[]) => samples.filter(({ image }) => 'path' in image && image.through === undefined);
  const training = sources.map(({ name, samples, heldOut }) => ({ name, samples: asStored([...samples, ...heldOut]) }));
  const tested = targets.map(({ name, samples }) => ({ name, samples: asStored(samples) }));
  if ([...training, ...tested].reduce((sum, { samples }) => sum + samples.length, 0) > mostCompared) return;
  const files = filesBySize(training);
  for (const { name, samples } of tested) warnOfSameFiles(name, samples, files, reporter);
}

function warnOfSameFiles(name: string, samples: readonly Sample[], files: FilesBySize, reporter: Reporter): void {
  const same = clipsWithFileOf(samples, files);
  if (same.size === 0) return;
  const all = new Set(samples.map(clipKey)).size;
  const names = [...same.values()].map(({ what, where }) => `${what} (of '${where}')`);
  reporter.warn(
    `'${name}': ${same.size} of ${all} clips were seen in training: ${firstOf(names)}; their files have the content of source files, so figures are too good: leave them out`,
  );
}

interface Seen {
  readonly what: string;
  /** The source domain. */
  readonly where: string;
}

/** Training files by size, then (when something of that size is looked for) by content. */
type FilesBySize = ReadonlyMap<number, { readonly files: readonly { readonly path: string; readonly domain: string }[]; hashes?: ReadonlyMap<string, string> }>;

function filesBySize(training: readonly DomainSamples[]): FilesBySize {
  const bySize = new Map<number, { files: { path: string; domain: string }[] }>();
  const known = new Set<string>();
  for (const { name, samples } of training) {
    for (const path of samples.flatMap(pathOf)) {
      if (known.has(path)) continue;
      known.add(path);
      const size = sizeOf(path);
      if (size === undefined) continue;
      const those = bySize.get(size);
      if (those) those.files.push({ path, domain: name });
      else bySize.set(size, { files: [{ path, domain: name }] });
    }
  }
  return bySize;
}

/** By clip: its first file whose content a training file has. */
function clipsWithFileOf(samples: readonly Sample[], training: FilesBySize): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  for (const sample of samples) {
    const key = clipKey(sample);
    if (seen.has(key)) continue;
    for (const path of pathOf(sample)) {
      const size = sizeOf(path);
      const those = size === undefined || size === 0 ? undefined : training.get(size);
      if (!those) continue;
      those.hashes ??= new Map(those.files.flatMap((file) => hashesOf(file.path).map((hash): [string, string] => [hash, file.domain])));
      const where = hashesOf(path).map((hash) => those.hashes?.get(hash))[0];
      if (where !== undefined) seen.set(key, { what: sample.video ?? sample.id, where });
    }
  }
  return seen;
}

function sharedSubjects(samples: readonly Sample[], training: readonly DomainSamples[]): string[] {
  const trained = new Set(training.flatMap((domain) => domain.samples.flatMap(({ subject }) => subject ?? [])));
  return [...new Set(samples.flatMap(({ subject }) => subject ?? []))].filter((subject) => trained.has(subject));
}

function pathOf({ image }: Sample): string[] {
  return 'path' in image ? [image.path] : [];
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

/** In bytes; a larger file cannot be decoded either. */
const largestPicture = 2 ** 28;

/** The digest of a file's content; none where it cannot be read. */
function hashesOf(path: string): string[] {
  try {
    return [createHash('sha256').update(readBounded(path, largestPicture)).digest('hex')];
  } catch {
    return [];
  }
}

function firstOf(names: readonly string[]): string {
  const more = names.length - spelledOut;
  return `${names.slice(0, spelledOut).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
