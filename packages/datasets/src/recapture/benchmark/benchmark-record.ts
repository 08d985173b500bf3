import { join } from 'node:path';
import { readJson } from '../staged-folder.ts';
import type { BenchmarkSize } from './plan.ts';

/**
 * Raised whenever the images change, so that results on different images are not compared.
 * 2: prints have the ink that they should; in 1 every screen put 3 % of its ink on bare paper and left 3 % of a full tone bare.
 */
export const benchmarkVersion = 2;

/** The content of `benchmark.json`. */
export interface BenchmarkRecord {
  readonly benchmark: 'recapture';
  readonly version: number;
  readonly seed: number;
  readonly size: BenchmarkSize;
  readonly clips: number;
  readonly images: number;
  readonly checksum: string;
}

/** Undefined where `root` holds no recapture benchmark. */
export function readBenchmarkRecord(root: string): BenchmarkRecord | undefined {
  const record = readJson(join(root, 'benchmark.json')) as BenchmarkRecord | null | undefined;
  return record?.benchmark === 'recapture' ? record : undefined;
}

/** What to tell about images of another version; nothing about those of this one. */
export function versionAdvice(root: string): readonly string[] {
  const version = readBenchmarkRecord(root)?.version;
  if (version === undefined || version === benchmarkVersion) return [];
  return [
    `${root} holds version ${version} of the recapture benchmark, and this release renders version ${benchmarkVersion}: figures on different versions cannot be compared. Render it anew: gradalign data synthesize --out <new folder>`,
  ];
}
