import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { cannot, createWorkerPool, workerEntry, writeAtomically } from '@gradalign/core';
import { domainNames } from './domains.ts';
import { type BenchmarkSize, benchmarkSizes, type ClipPlan, planClips } from './plan.ts';
import { writeClip } from './write-clip.ts';

/** Raised whenever the pictures change, so that nobody compares figures of different ones. */
export const benchmarkVersion = 1;

export interface SynthesizeOptions {
  /** Folder to write; made where it is not there. */
  readonly root: string;
  readonly seed: number;
  /** A name, or how much of everything. */
  readonly size?: keyof typeof benchmarkSizes | BenchmarkSize;
  /** Threads; 0: this one. The files are the same. */
  readonly workers?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface SynthesisReport {
  readonly root: string;
  readonly done: 'written' | 'nothing';
  readonly domains: readonly string[];
  readonly clips: number;
  readonly images: number;
  /** SHA-256 over all files, in the order of their plan. */
  readonly checksum: string;
}

/** `benchmark.json`. */
interface BenchmarkRecord {
  readonly benchmark: 'recapture';
  readonly version: number;
  readonly seed: number;
  readonly size: BenchmarkSize;
  readonly clips: number;
  readonly images: number;
  readonly checksum: string;
}

/**
 * Renders the benchmark and writes it as JPEG in the plain layout, in a folder beside `root` that is renamed at the end: it is there whole or not
 * at all. Where the same benchmark is there already, nothing is done; where something else is, nothing is overwritten.
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
  const there = readRecord(root);
  const same = there?.version === benchmarkVersion && there.seed === seed && JSON.stringify(there.size) === JSON.stringify(size);
  if (there && same) return { root, done: 'nothing', domains: domainNames, clips: there.clips, images: there.images, checksum: there.checksum };
  if (existsSync(root) && (!statSync(root).isDirectory() || readdirSync(root).length > 0)) {
    const what = there ? `it holds the benchmark of version ${there.version}, seed ${there.seed}` : 'it holds something else';
    throw cannot(`write the recapture benchmark to ${root}`, what, 'an empty folder, or a new one (remove it, or name another)', { exitCode: 2 });
  }
  const stage = join(dirname(root), `.${basename(root)}.${process.pid}.tmp`);
  removeLeftOvers(root);
  try {
    mkdirSync(stage, { recursive: true });
    const digests = await writeClips(plan, { stage, seed, workers, ...(onProgress ? { onProgress } : {}), ...(signal ? { signal } : {}) });
    const hash = createHash('sha256');
    for (const digest of digests) hash.update(digest);
    const checksum = hash.digest('hex');
    const record: BenchmarkRecord = { benchmark: 'recapture', version: benchmarkVersion, seed, size, clips: plan.length, images, checksum };
    writeAtomically(join(stage, 'benchmark.json'), `${JSON.stringify(record, null, 2)}\n`);
    rmSync(root, { recursive: true, force: true });
    renameSync(stage, root);
    return { root, done: 'written', domains: domainNames, clips: plan.length, images, checksum };
  } catch (error) {
    rmSync(stage, { recursive: true, force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS') {
      throw cannot(
        `write the recapture benchmark to ${root}`,
        code === 'ENOSPC' ? 'the disk is full' : 'it may not be written to',
        'about 50 MB on a disk that can be written to',
        { cause: error },
      );
    }
    throw error;
  }
}

interface WriteOptions {
  readonly stage: string;
  readonly seed: number;
  readonly workers: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Digests of the clips in the order of the plan, whoever wrote them. */
async function writeClips(plan: readonly ClipPlan[], { stage, seed, workers, onProgress, signal }: WriteOptions): Promise<string[]> {
  let done = 0;
  const finished = (digest: string): string => {
    onProgress?.(++done, plan.length);
    return digest;
  };
  if (workers === 0) {
    const digests: string[] = [];
    for (const clip of plan) {
      signal?.throwIfAborted();
      digests.push(finished(await writeClip(clip, stage, seed)));
    }
    return digests;
  }
  const pool = createWorkerPool<ClipPlan, string>(workerEntry(import.meta.url, 'synthesis-worker'), { stage, seed }, workers);
  try {
    const digests: string[] = new Array(plan.length);
    let next = 0;
    const lane = async () => {
      while (next < plan.length) {
        signal?.throwIfAborted();
        const i = next++;
        digests[i] = finished(await pool.run(plan[i] as ClipPlan));
      }
    };
    await Promise.all(Array.from({ length: workers * 2 }, lane));
    return digests;
  } finally {
    await pool.close();
  }
}

function readRecord(root: string): BenchmarkRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(root, 'benchmark.json'), 'utf8')) as BenchmarkRecord;
    return record.benchmark === 'recapture' ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Of processes that were killed. */
function removeLeftOvers(root: string): void {
  const folder = dirname(root);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = new RegExp(`^\\.${basename(root).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\.(\\d+)\\.tmp$`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
