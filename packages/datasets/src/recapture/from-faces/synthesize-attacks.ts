import { createHash } from 'node:crypto';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { cannot, createSeed, readBounded, type Sample, writeAtomically } from '@gradalign/core';
import { workerEntry } from '@gradalign/core/images';
import { inWorkers } from '../../threads/in-workers.ts';
import { findLiveFaces } from '../live-faces.ts';
import { type RecaptureKind, rangeOptions, rangesFrom } from '../options/recapture-ranges.ts';
import type { Range } from '../ranges.ts';
import { inStagedFolder, isOccupied, readJson } from '../staged-folder.ts';
import { type FaceClip, planFaceClips } from './plan-clips.ts';
import { completeSynthesisOptions } from './synthesis-options.ts';
import { type FaceClipSettings, type WrittenClip, type WrittenPicture, writeFaceClip } from './write-face-clip.ts';

/** Raised whenever the same options give other images. */
const version = 2;

/** Options of `synthesizeAttacks`. */
export interface SynthesizeAttacksOptions {
  /** Folder of live faces: the plain layout, or images without labels. */
  readonly from: string;
  /** The folder to write; it must not exist, or be empty, or hold the result of the same options. */
  readonly root: string;
  /** The same seed, faces and options give the same files. */
  readonly seed: number;
  /** Default: print and replay. */
  readonly kinds?: readonly ('print' | 'replay')[];
  /** Attacks of each kind per live video or image; default 1. */
  readonly copies?: number;
  /** Options `domain`, `subject`, `split`, `side` and `bytesPerPixel`, and ranges of the chain (docs/recapture.md). */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Worker threads; 0: this thread; default 2. The files do not depend on it. */
  readonly workers?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** What `synthesizeAttacks` wrote. */
export interface AttackSynthesisReport {
  /** Absolute path of the data set. */
  readonly root: string;
  /** `nothing`: the same data set already existed. */
  readonly done: 'written' | 'nothing';
  /** Images written, by kind. */
  readonly images: { readonly live?: number; readonly print?: number; readonly replay?: number };
  /** Images that could not be read and were left out. */
  readonly broken: readonly { readonly path: string; readonly reason: string }[];
  /** SHA-256 over all files, in the order of the plan. */
  readonly checksum: string;
}

/** The content of `recapture.json`: how every image was made. */
interface SynthesisRecord extends Omit<AttackSynthesisReport, 'root' | 'done'> {
  readonly recapture: 'from-faces';
  readonly request: Readonly<Record<string, unknown>>;
  readonly pictures: readonly WrittenPicture[];
}

/**
 * Writes live faces and attacks made from them as a data set in the plain layout. Live images go through the same hand motion, camera and compression
 * as their attacks, and file sizes are drawn independently of the class, so that only the instrument differs. The folder is complete or absent; the
 * same data set is not written again; anything else is not overwritten.
 *
 * @throws UserError where there are no readable live faces, an option is unknown, or `root` holds something else (exit code 2) or cannot be written to
 */
export async function synthesizeAttacks(options: SynthesizeAttacksOptions): Promise<AttackSynthesisReport> {
  const { from, seed, kinds = ['print', 'replay'], copies = 1, set = {}, workers = 2, onProgress, signal } = options;
  const root = resolve(options.root);
  const { domain, subject, split, side, bytesPerPixel, ...ranges } = completeSynthesisOptions(set);
  refuseNested(root, resolve(from));
  const where = { root: from, split, ...(domain === undefined ? {} : { domain }), ...(subject === undefined ? {} : { subject }) };
  const { samples } = await findLiveFaces(where, { seed: createSeed(seed), domain: from, folder: process.cwd() });
  const request = {
    version,
    seed,
    kinds,
    copies,
    options: { domain, subject, split, side, bytesPerPixel, ...rangeOptions(ranges) },
    faces: digestOf(samples),
  };
  const there = readJson(join(root, 'recapture.json')) as SynthesisRecord | undefined;
  if (there?.recapture === 'from-faces' && JSON.stringify(there.request) === JSON.stringify(request)) {
    return { root, done: 'nothing', images: there.images, broken: there.broken, checksum: there.checksum };
  }
  if (isOccupied(root)) {
    const is = there?.recapture === 'from-faces' ? 'it holds attacks made with other options or from other faces' : 'it holds something else';
    throw cannot(`write recaptured faces to ${root}`, is, 'an empty folder, or a new one (remove it, or name another)', { exitCode: 2 });
  }
  return inStagedFolder(root, 'recaptured faces', async (stage) => {
    const settings: FaceClipSettings = { root: stage, seed, side, bytesPerPixel: bytesPerPixel as unknown as Range, ranges: rangesFrom(ranges) };
    const entry = workerEntry(import.meta.url, 'face-clip-worker');
    const here = (clip: FaceClip) => writeFaceClip(clip, settings);
    const clips = await inWorkers<FaceClip, WrittenClip>(planFaceClips(samples, kinds, copies), { workers, entry, data: settings, here, onProgress, signal });
    const pictures = clips.flatMap((clip) => clip.pictures);
    // A broken image is broken for every kind: report it once.
    const broken = [...new Map(clips.flatMap((clip) => clip.broken).map((one) => [one.path, one])).values()];
    if (pictures.length === 0) {
      throw cannot(`make attacks from the faces in ${from}`, `none of its ${samples.length} images can be read (${broken[0]?.reason})`, 'readable images');
    }
    const images: Partial<Record<RecaptureKind, number>> = {};
    for (const { kind } of pictures) images[kind] = (images[kind] ?? 0) + 1;
    const checksum = createHash('sha256')
      .update(clips.map(({ digest }) => digest).join(''))
      .digest('hex');
    const record: SynthesisRecord = { recapture: 'from-faces', request, images, broken, checksum, pictures };
    writeAtomically(join(stage, 'recapture.json'), `${JSON.stringify(record, null, 1)}\n`);
    return { root, done: 'written' as const, images, broken, checksum };
  });
}

function refuseNested(root: string, from: string): void {
  const within = (path: string, folder: string) => {
    const way = relative(folder, path);
    return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  };
  if (within(root, from) || within(from, root)) {
    throw cannot(`write recaptured faces to ${root}`, `it contains the folder of live faces or lies inside it (${from})`, 'a separate folder', {
      exitCode: 2,
    });
  }
}

/** Over names and content. */
function digestOf(samples: readonly Sample[]): string {
  const hash = createHash('sha256');
  for (const { id, image } of samples) {
    hash.update(`${id}\0`);
    if ('path' in image) hash.update(createHash('sha256').update(contentOf(image.path)).digest());
  }
  return hash.digest('hex');
}

/** In bytes; a larger file cannot be decoded either. */
const largestPicture = 2 ** 28;

/** An unreadable file counts as empty here: decoding it reports what is wrong. */
function contentOf(path: string): Uint8Array {
  try {
    return readBounded(path, largestPicture);
  } catch {
    return new Uint8Array();
  }
}
