import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, makeFolders } from '@gradalign/engine/files';
import { contentDigest } from './content-digest.ts';
import { readBounded } from './read-bounded.ts';
import { writeAtomically } from './write-atomically.ts';

const maxEntries = 200_000;
/** Fewer files than this are read again in no time. */
const worthKeeping = 200;
/** A file that was changed this recently may change again within the same tick of its clock. */
const settledNanoseconds = 2_000_000_000n;

/** Digests of files, kept in the user's cache by path, size, inode and times: a data set is read once. */
export interface DigestCache {
  /** The digest of a file whose `stat` this is; undefined where it cannot be read. */
  digest(path: string, stat: BigIntStats): string | undefined;
  /** Writes what was learned. A cache that cannot be written costs time, nothing else. */
  save(): void;
}

/** The cache of the files of one folder. */
export function openDigestCache(folder: string): DigestCache {
  const place = join(cacheFolder(), 'digests');
  const file = join(place, `${createHash('sha256').update(folder).digest('hex').slice(0, 32)}.json`);
  const known = readCache(file);
  let learned = 0;
  return {
    digest(path, stat) {
      const key = `${stat.size}:${stat.ino}:${stat.mtimeNs}:${stat.ctimeNs}`;
      const there = known.get(path);
      if (there?.[0] === key) return there[1];
      let digest: string;
      try {
        digest = contentDigest(path, Number(stat.size));
      } catch {
        return undefined;
      }
      const changed = stat.mtimeNs > stat.ctimeNs ? stat.mtimeNs : stat.ctimeNs;
      if (BigInt(Date.now()) * 1_000_000n - changed > settledNanoseconds) {
        known.set(path, [key, digest]);
        learned++;
      }
      return digest;
    },
    save() {
      if (learned < worthKeeping) return;
      try {
        makeFolders(place);
        writeAtomically(file, JSON.stringify({ folder, files: Object.fromEntries([...known].slice(-maxEntries)) }));
      } catch {
        // The next run reads the files again.
      }
    },
  };
}

function readCache(file: string): Map<string, readonly [key: string, digest: string]> {
  try {
    const { files } = JSON.parse(readBounded(file, 2 ** 28).toString()) as { readonly files?: Readonly<Record<string, readonly [string, string]>> };
    return new Map(
      Object.entries(files ?? {}).filter(([, entry]) => Array.isArray(entry) && entry.length === 2 && entry.every((one) => typeof one === 'string')),
    );
  } catch {
    return new Map();
  }
}
