import { rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cannot, describeWriteError, makeFolders } from '@gradalign/core';
import type { PixelAspect } from '@gradalign/core/images';
import type { FaceAnnotation } from '../faces/face.ts';
import type { FaceDataset, FaceSample } from '../faces/face-dataset.ts';
import { BrokenClipError } from '../video/broken-clip-error.ts';
import { type ClipFrame, openClip } from '../video/clip-frames.ts';
import type { Ffmpeg } from '../video/find-ffmpeg.ts';
import type { CropConvention } from './crop-convention.ts';
import { cropMap } from './crop-map.ts';
import type { CropFormat, CroppedFace, CropTask } from './crop-task.ts';
import { type FaceFinder, type FaceMode, findFace } from './find-face.ts';
import type { FrameChoice } from './frame-choice.ts';
import type { ClipRecord } from './journal.ts';
import { type ManifestRow, manifestRow } from './manifest.ts';
import { ownBox, type PlannedClip } from './plan-clips.ts';

/** How clips become crops: the same for all clips of a preparation. */
export interface ClipSettings {
  /** Which frames of a clip are cropped. */
  readonly frames: FrameChoice;
  /** Where faces come from. */
  readonly faces: FaceMode;
  readonly convention: CropConvention;
  readonly format: CropFormat;
  /** Pixels of videos that are not square: made square by default. */
  readonly pixelAspect?: PixelAspect | undefined;
}

export interface PrepareClipContext extends ClipSettings {
  /** The prepared folder. */
  readonly out: string;
  readonly domain: string;
  readonly dataset: FaceDataset;
  readonly detector?: FaceFinder | undefined;
  readonly ffmpeg: () => Ffmpeg;
  readonly crop: (task: CropTask) => Promise<CroppedFace>;
  readonly signal?: AbortSignal | undefined;
}

/** Writes the crops of one clip and returns its record. Files of an earlier attempt are replaced. */
export async function prepareClip(clip: PlannedClip, source: string, context: PrepareClipContext): Promise<ClipRecord> {
  const folder = join(context.out, context.domain, clip.folder);
  const problems: string[] = [];
  const tell = (problem: string) => {
    if (!problems.includes(problem)) problems.push(problem);
  };
  await rm(folder, { recursive: true, force: true });
  const record = { id: clip.id, source, folder: clip.folder, frames: 0, framesWithoutFace: 0, rows: [] };
  const told = () => (problems.length > 0 ? { problems } : {});
  const [{ species, subject }] = clip.samples;
  const of = { ...(species !== undefined && clip.label === 'attack' ? { species } : {}), ...(subject === undefined ? {} : { subject }) };
  try {
    const { rows, frames, reasons } = await cropFrames(clip, folder, context, tell);
    const counts = { ...record, rows, frames, framesWithoutFace: frames - rows.length };
    if (rows.length > 0) return { ...counts, status: 'prepared', ...told() };
    return { ...counts, status: 'no face', reason: [...new Set(reasons)].slice(0, 2).join('; '), of, ...told() };
  } catch (error) {
    if (!(error instanceof BrokenClipError)) throw error;
    await removeWithEmptyParents(folder, join(context.out, context.domain));
    return { ...record, status: 'broken', reason: error.message, of, ...told() };
  }
}

interface Cropped {
  readonly rows: readonly ManifestRow[];
  readonly frames: number;
  readonly reasons: readonly string[];
}

async function cropFrames(clip: PlannedClip, folder: string, context: PrepareClipContext, onProblem: (problem: string) => void): Promise<Cropped> {
  const { dataset, frames: choice, ffmpeg, signal, pixelAspect } = context;
  const opened = await openClip(clip, { ffmpeg, clipReader: dataset.clipReader, signal, pixelAspect, onProblem });
  const [{ split }] = clip.samples;
  const annotate = annotationReader(dataset);
  const chosen = (count: number) => choice.choose(count, split).join();
  /** Frame 6 of any clip, for example, needs no count. */
  const countMatters = (count: number) => chosen(count) !== chosen(2 * count);
  const attempt = async (count: number): Promise<Cropped & { readonly wanted: number }> => {
    const wanted = choice.choose(count, split);
    const rows: ManifestRow[] = [];
    const reasons: string[] = [];
    let frames = 0;
    for await (const frame of opened.read(wanted, countMatters(count))) {
      frames++;
      const row = await cropFrame(clip, frame, folder, opened.bytes, annotate, context, onProblem);
      if (typeof row === 'string') reasons.push(row);
      else rows.push(row);
    }
    return { rows, frames, reasons, wanted: wanted.length };
  };
  const first = await attempt(opened.count);
  const complete = first.frames === first.wanted;
  if (complete && !countMatters(opened.count)) return first;
  const count = await opened.recount();
  if (complete && chosen(count) === chosen(opened.count)) return first;
  // The clip has other frames than its packets promise: choose among those that exist.
  await rm(folder, { recursive: true, force: true });
  const second = await attempt(count);
  if (second.frames < second.wanted) throw new BrokenClipError(`only ${second.frames} of ${second.wanted} chosen frames can be decoded`);
  return second;
}

/** The manifest row of the crop, or why there is none. */
async function cropFrame(
  clip: PlannedClip,
  { frame, sample, stored, changes, ...picture }: ClipFrame<FaceSample>,
  folder: string,
  bytes: number | undefined,
  annotate: Annotate,
  context: PrepareClipContext,
  onProblem: (problem: string) => void,
): Promise<ManifestRow | string> {
  const { domain, faces: mode, convention, format, detector, crop } = context;
  const annotation = mode === 'annotation' || mode === 'auto' ? await annotate(sample, frame) : undefined;
  for (const problem of annotation?.problems ?? []) onProblem(`annotation: ${problem}`);
  // Annotations without a size of their own refer to the pixels that are stored.
  const placed = annotation && stored && { size: stored, ...annotation };
  const found = await findFace(picture, frame, placed ?? annotation, { mode, convention, detector });
  if ('reason' in found) return found.reason;
  const { file, sha256 } = await crop({ picture, map: cropMap(convention, found.face), size: convention.size, format });
  const name = `${String(frame).padStart(5, '0')}.${format.kind === 'png' ? 'png' : 'jpg'}`;
  await writeWhole(join(folder, name), file);
  const path = [domain, clip.folder, name].join('/');
  return manifestRow({ domain, clip, sample, frame, frameSize: picture, bytes, found, convention, path: path.replaceAll('\\', '/'), sha256, changes });
}

type Annotate = (sample: FaceSample, frame: number) => Promise<FaceAnnotation | undefined>;

/** The data set's own annotation, or what came with the sample. That of the last sample is kept, since a clip's frames ask one after the other. */
function annotationReader({ faces }: FaceDataset): Annotate {
  let last: { readonly sample: FaceSample; readonly annotation: FaceAnnotation } | undefined;
  return async (sample, frame) => {
    if (faces) {
      if (last?.sample !== sample) last = { sample, annotation: await faces(sample) };
      const { annotation } = last;
      // An image is frame 0, whatever its number within its video.
      const own = 'clip' in sample.image ? undefined : annotation.frames.get(0);
      return own ? { ...annotation, frames: new Map([[frame, own]]) } : annotation;
    }
    const box = ownBox(sample);
    if (!box && !sample.landmarks) return undefined;
    return { frames: new Map([[frame, { ...(box && { box }), ...(sample.landmarks && { landmarks: sample.landmarks }) }]]), problems: [] };
  };
}

/**
 * Complete or not at all. Not synced to disk, as `writeAtomically` does: that would cost a sync for each of 600,000 crops, and verifying finds what a
 * power failure lost.
 */
async function writeWhole(path: string, file: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    makeFolders(dirname(path));
    await writeFile(temporary, file);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cannot(`write ${path}`, describeWriteError(cause), 'room on the disk and permission to write; what is prepared stays; start again to continue', {
      cause,
    });
  }
}

async function removeWithEmptyParents(folder: string, root: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (let parent = dirname(folder); parent.length > root.length; parent = dirname(parent)) {
    try {
      await rmdir(parent);
    } catch {
      return; // it holds other clips, or never existed
    }
  }
}
