import { createHash } from 'node:crypto';
import { dirname, sep } from 'node:path';
import type { Sample } from '../contracts/dataset.ts';
import { statFile } from '../files/content-digest.ts';
import { openDigestCache } from '../files/digest-cache.ts';

/** Contents are read of at most so many files of a domain; of the others the size counts. */
const maxContents = 10_000;
/** Larger domains are compared as a whole, not sample by sample. */
const maxListed = 50_000;

/** What a domain holds, wherever it is stored. Plain JSON. */
export interface DomainFingerprint {
  /** SHA-256 over all samples: id, label, subject, split, video, size and (of up to 10,000 files) sampled content. */
  readonly fingerprint: string;
  readonly samples: number;
  /** A short digest of each sample by its id; absent for more than 50,000. */
  readonly listed?: Readonly<Record<string, string>>;
}

/** The fingerprint of a domain's samples: other pictures at the same paths have another, the same pictures elsewhere have the same. */
export function fingerprintSamples(samples: readonly Sample[], classes: readonly string[]): DomainFingerprint {
  const sorted = [...samples].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const paths = new Set(sorted.flatMap(({ image }) => pathOf(image) ?? []));
  const read = paths.size <= maxContents ? paths : new Set(chosen(sorted));
  const cache = openDigestCache(commonFolder([...paths]));
  const contents = new Map<string, string>();
  const contentOf = (path: string): string => {
    const there = contents.get(path);
    if (there !== undefined) return there;
    const stat = statFile(path);
    const content = stat ? `${stat.size} ${(read.has(path) ? cache.digest(path, stat) : undefined) ?? ''}` : 'missing';
    contents.set(path, content);
    return content;
  };
  const whole = createHash('sha256').update(JSON.stringify(classes));
  const listed: Record<string, string> = {};
  for (const sample of sorted) {
    const digest = digestOf(sample, contentOf);
    whole.update(digest);
    if (sorted.length <= maxListed) listed[sample.id] = digest.slice(0, 12);
  }
  cache.save();
  return { fingerprint: whole.digest('hex'), samples: sorted.length, ...(sorted.length <= maxListed ? { listed } : {}) };
}

function digestOf({ id, image, label, split, species, subject, video, frame }: Sample, contentOf: (path: string) => string): string {
  const path = pathOf(image);
  const { path: _, clip: __, pixels, ...how } = image as Record<string, unknown> & { pixels?: Uint8Array };
  const hash = createHash('sha256').update(
    JSON.stringify([id, label, split, species ?? null, subject ?? null, video ?? null, frame ?? null, how, path === undefined ? '' : contentOf(path)]),
  );
  return (pixels ? hash.update(pixels) : hash).digest('hex');
}

function pathOf(image: Sample['image']): string | undefined {
  return 'path' in image ? image.path : 'clip' in image ? image.clip : undefined;
}

/** The same files on every machine: those whose samples' ids have the smallest digests. */
function chosen(samples: readonly Sample[]): string[] {
  return samples
    .flatMap(({ id, image }) => {
      const path = pathOf(image);
      return path === undefined ? [] : [{ path, key: createHash('sha256').update(id).digest('hex') }];
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, maxContents)
    .map(({ path }) => path);
}

function commonFolder(paths: readonly string[]): string {
  const [first, ...rest] = paths;
  let folder = first === undefined ? '' : dirname(first);
  for (const path of rest) while (folder !== dirname(folder) && !path.startsWith(`${folder}${sep}`)) folder = dirname(folder);
  return folder;
}

/**
 * What is different between two fingerprints of a domain, in a few words: `3 samples more (a/s7, ...), 1 with other content (a/s1)`; undefined where
 * nothing is.
 */
export function describeDataChange(was: DomainFingerprint, is: DomainFingerprint): string | undefined {
  if (was.fingerprint === is.fingerprint) return undefined;
  if (!was.listed || !is.listed)
    return was.samples === is.samples ? `${is.samples} samples, not the same ones` : `${is.samples} samples where it had ${was.samples}`;
  const [before, now] = [was.listed, is.listed];
  const more = Object.keys(now).filter((id) => !Object.hasOwn(before, id));
  const gone = Object.keys(before).filter((id) => !Object.hasOwn(now, id));
  const other = Object.keys(now).filter((id) => Object.hasOwn(before, id) && before[id] !== now[id]);
  const parts = [count(more, 'more'), count(gone, 'fewer'), count(other, 'with other content or labels')].filter((part) => part !== '');
  return parts.length > 0 ? parts.join(', ') : 'its classes are others';
}

function count(ids: readonly string[], what: string): string {
  if (ids.length === 0) return '';
  return `${ids.length} sample${ids.length === 1 ? '' : 's'} ${what} (${ids.slice(0, 2).join(', ')}${ids.length > 2 ? ', ...' : ''})`;
}
