import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { cannot, writeAtomically } from '@gradalign/core';
import { workerEntry } from '@gradalign/core/images';
import { inWorkers } from '../../threads/in-workers.ts';
import { inStagedFolder, isOccupied } from '../staged-folder.ts';
import { type BenchmarkRecord, benchmarkVersion, readBenchmarkRecord } from './benchmark-record.ts';
import { domainNames } from './domains.ts';
import { type BenchmarkSize, benchmarkSizes, type ClipPlan, planClips } from './plan.ts';
import { writeClip } from './write-clip.ts';

/** Options of `synthesizeBenchmark`. */
export interface SynthesizeOptions {
  /** The folder to write; it must not exist, or be empty, or hold the same benchmark. */
  readonly root: string;
  /** The same seed and size give the same files. */
  readonly seed: number;
  /** A named size or your own; default `default`. */
  readonly size?: keyof typeof benchmarkSizes | BenchmarkSize;
  /** Worker threads; 0: this thread; default 2. The files do not depend on it. */
  readonly workers?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** What `synthesizeBenchmark` wrote. */
export interface SynthesisReport {
  /** Absolute path of the benchmark. */
  readonly root: string;
  /** `nothing`: the same benchmark already existed. */
  readonly done: 'written' | 'nothing';
  readonly domains: readonly string[];
  readonly clips: number;
  readonly images: number;
  /** SHA-256 over all files, in the order of the plan. */
  readonly checksum: string;
}

/**
 * Renders the benchmark and writes it as JPEG in the plain layout, in a folder beside `root` that is renamed at the end, so that it is complete or
 * absent. The same benchmark is not written again; anything else is not overwritten.
 *
 * @throws UserError where `root` holds something else (exit code 2) or cannot be written to
 */
export async function synthesizeBenchmark({
  root: wanted,
  seed,
  size: sizeOption = 'default',
  workers = 2,
  onProgress,
  signal,
}: SynthesizeOptions): Promise<SynthesisReport> {
  const root = resolve(wanted);
  const size = typeof sizeOption === 'string' ? benchmarkSizes[sizeOption] : sizeOption;
  const plan = planClips(size);
  const images = plan.reduce((sum, { frames }) => sum + frames, 0);
  const there = readBenchmarkRecord(root);
  const same = there?.version === benchmarkVersion && there.seed === seed && JSON.stringify(there.size) === JSON.stringify(size);
  if (there && same) return { root, done: 'nothing', domains: domainNames, clips: there.clips, images: there.images, checksum: there.checksum };
  if (isOccupied(root)) {
    const own = there?.version === benchmarkVersion ? '' : `, and this release renders version ${benchmarkVersion}`;
    const what = there ? `it holds the benchmark of version ${there.version}, seed ${there.seed}${own}` : 'it holds something else';
    throw cannot(`write the recapture benchmark to ${root}`, what, 'an empty folder, or a new one (remove it, or name another)', { exitCode: 2 });
  }
  return inStagedFolder(root, 'the recapture benchmark', async (stage) => {
    const entry = workerEntry(import.meta.url, 'synthesis-worker');
    const here = (clip: ClipPlan) => writeClip(clip, stage, seed);
    const digests = await inWorkers<ClipPlan, string>(plan, { workers, entry, data: { stage, seed }, here, onProgress, signal });
    const hash = createHash('sha256');
    for (const digest of digests) hash.update(digest);
    const checksum = hash.digest('hex');
    const record: BenchmarkRecord = { benchmark: 'recapture', version: benchmarkVersion, seed, size, clips: plan.length, images, checksum };
    writeAtomically(join(stage, 'benchmark.json'), `${JSON.stringify(record, null, 2)}\n`);
    return { root, done: 'written' as const, domains: domainNames, clips: plan.length, images, checksum };
  });
}
