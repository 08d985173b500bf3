import type { ImageSource, Sample } from '@gradalign/core';
import { type PixelAspect, renderView } from '@gradalign/core/images';
import type { FramePicture } from '@gradalign/pixels';
import { chooseScored, cropMap, type FaceFinder, type FrameChoice, findFace } from '@gradalign/pixels';
import { BrokenClipError } from '../video/broken-clip-error.ts';
import { openClip } from '../video/clip-frames.ts';
import type { Ffmpeg } from '../video/find-ffmpeg.ts';
import type { CropConvention } from './crop-convention.ts';
import { type CropFormat, cropFace } from './crop-task.ts';

/** How pictures become what a network was trained on. */
export interface InputSettings {
  /** Frames of a video that were prepared. */
  readonly frames: FrameChoice;
  /** How many of those are scored, evenly spread; 0: all. */
  readonly framesPerVideo: number;
  /** Side of the network's input in pixels. */
  readonly size: number;
  /** Absent: pictures are used as they are. */
  readonly crop?: {
    readonly convention: CropConvention;
    readonly format: CropFormat;
    /** Absent: the whole frame is the face. */
    readonly detector?: FaceFinder;
  };
  /** Pixels that are not square; default: `correct`. */
  readonly pixelAspect?: PixelAspect | undefined;
  /** Called for videos. */
  readonly ffmpeg: () => Ffmpeg;
  readonly signal?: AbortSignal | undefined;
}

/** A picture or a video, ready to be scored. */
export interface PreparedInput {
  /** One for a picture; one for each frame of a video that has a face. */
  readonly images: readonly ImageSource[];
  /** What the network cannot have been trained on: sentences without the name of the file. */
  readonly warnings: readonly string[];
}

/** A picture with less than this share of the network's pixels on a side has too little detail. */
const farBelow = 1 / 4;

/**
 * Makes of a picture or a video what `gradalign data prepare` would have made of it with these settings: chosen frames, found face, crop, file format.
 *
 * @throws BrokenClipError where it cannot be read, or has no face in any frame; the message does not name it
 */
export async function prepareInput(path: string, kind: 'image' | 'video', settings: InputSettings): Promise<PreparedInput> {
  const warnings = new Set<string>();
  if (kind === 'image' && !settings.crop) {
    warnIfSmall('the picture', await sizeOf(path), settings, warnings);
    return { images: [{ path }], warnings: [...warnings] };
  }
  const sample: Sample = { id: path, image: kind === 'video' ? { clip: path } : { path }, label: 0, split: 'test' };
  const clip = await openClip(
    { samples: [sample] },
    { ffmpeg: settings.ffmpeg, signal: settings.signal, pixelAspect: settings.pixelAspect, onProblem: (problem) => void warnings.add(problem) },
  );
  const attempt = async (count: number) => {
    const wanted = kind === 'image' ? [0] : chooseScored(count, settings.frames, settings.framesPerVideo);
    const found: { readonly images: ImageSource[]; readonly reasons: string[]; several: number; frames: number } = {
      images: [],
      reasons: [],
      several: 0,
      frames: 0,
    };
    for await (const { frame, sample: _, ...picture } of clip.read(wanted)) {
      found.frames++;
      const made = await imageOf(picture, frame, settings, warnings);
      if ('reason' in made) found.reasons.push(made.reason);
      else found.images.push(made.image);
      if (made.faces > 1) found.several++;
    }
    return { ...found, wanted: wanted.length };
  };
  let made = await attempt(clip.count);
  // The file has fewer frames than packets: choose among those that exist.
  if (made.frames < made.wanted) made = await attempt(await clip.recount());
  const { images, frames, reasons, several } = made;
  if (images.length === 0) throw new BrokenClipError(noFace(kind, frames, reasons));
  if (reasons.length > 0) warnings.add(`no face in ${reasons.length} of ${frames} frames`);
  if (several > 0) warnings.add(`several faces${kind === 'video' ? ` in ${several} of ${frames} frames` : ''}: the largest is scored`);
  return { images, warnings: [...warnings] };
}

type Made = ({ readonly image: ImageSource } | { readonly reason: string }) & { readonly faces: number };

async function imageOf(picture: FramePicture, frame: number, settings: InputSettings, warnings: Set<string>): Promise<Made> {
  const { crop, size } = settings;
  if (!crop) {
    warnIfSmall('the picture', picture, settings, warnings);
    // As small as the network sees it, so that the frames of long videos fit in memory.
    const pixels = renderView({ ...picture, channels: 3 }, { xx: picture.width, xy: 0, x0: 0, yx: 0, yy: picture.height, y0: 0 }, size);
    return { image: { pixels: new Uint8Array(pixels), width: size, height: size, channels: 3 }, faces: 0 };
  }
  const { convention, format, detector } = crop;
  let faces = 0;
  const counting: FaceFinder | undefined = detector && {
    async detect(of) {
      const found = await detector.detect(of);
      faces = found.length;
      return found;
    },
  };
  const found = await findFace(picture, frame, undefined, { mode: detector ? 'detector' : 'none', convention, detector: counting });
  if ('reason' in found) return { reason: found.reason, faces };
  if (found.face.box) warnIfSmall(detector ? 'the face' : 'the picture', found.face.box, settings, warnings);
  const { file } = await cropFace({ picture, map: cropMap(convention, found.face), size: convention.size, format });
  return { image: await decoded(file), faces };
}

/** The pixels that training read from the file of such a crop. */
async function decoded(file: Uint8Array): Promise<ImageSource> {
  const { default: sharp } = await import('sharp');
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { pixels: new Uint8Array(data), width: info.width, height: info.height, channels: 3 };
}

/** Undefined where the file cannot be read: scoring says why. */
async function sizeOf(path: string): Promise<{ readonly width: number; readonly height: number } | undefined> {
  const { default: sharp } = await import('sharp');
  return sharp(path)
    .metadata()
    .catch(() => undefined);
}

function warnIfSmall(
  what: string,
  size: { readonly width: number; readonly height: number } | undefined,
  { size: side }: InputSettings,
  warnings: Set<string>,
): void {
  if (size && Math.min(size.width, size.height) < side * farBelow)
    warnings.add(`${what} is ${Math.round(size.width)} x ${Math.round(size.height)} pixels, far below the ${side} x ${side} that the network was trained on`);
}

function noFace(kind: 'image' | 'video', frames: number, reasons: readonly string[]): string {
  if (frames === 0) return 'none of its frames can be decoded';
  const [reason = 'the detector finds none'] = reasons;
  return kind === 'image' ? `it has no face that can be cropped (${reason})` : `none of ${frames} frames has a face that can be cropped (${reason})`;
}
