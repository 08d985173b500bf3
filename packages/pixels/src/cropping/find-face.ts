import type { Rectangle } from '../contracts/rectangle.ts';
import type { CropConvention } from './crop-convention.ts';
import type { Face, FaceAnnotation, FaceLandmarks, Point } from './face.ts';
import type { FramePicture } from './frame-picture.ts';

/** Finds faces. Owned and closed by the caller of `prepareDatasets`. */
export interface FaceFinder {
  /** Faces of an image, the largest first. @throws BrokenClipError where it fails on this image only */
  detect(picture: FramePicture): Promise<readonly Face[]>;
}

/**
 * Where faces come from. `annotation`: the data set's own only. `detector`: the detector only. `auto`: the annotation, or the detector where that has
 * no usable face. `none`: the whole frame is the face.
 */
export type FaceMode = 'annotation' | 'detector' | 'auto' | 'none';
/** The face modes, default first. */
export const faceModes: readonly FaceMode[] = ['auto', 'annotation', 'detector', 'none'];

/** A face that can be cropped. */
export interface FoundFace {
  /** In pixels of the frame; the box is clipped to it. */
  readonly face: Face;
  readonly from: 'annotation' | 'detector' | 'frame';
}

/** A face, or why there is none that can be cropped. */
export type FaceSearch = FoundFace | { readonly reason: string };

/** Where to look for a face, and for which crop. */
export interface FaceSearchOptions {
  readonly mode: FaceMode;
  readonly convention: CropConvention;
  readonly detector?: FaceFinder | undefined;
}

/** The face of one frame, with the box or the eyes that the convention needs. */
export async function findFace(
  picture: FramePicture,
  frame: number,
  annotation: FaceAnnotation | undefined,
  { mode, convention, detector }: FaceSearchOptions,
): Promise<FaceSearch> {
  const { width, height } = picture;
  if (mode === 'none') return { face: { box: { x: 0, y: 0, width, height } }, from: 'frame' };
  const need = convention.align === 'eyes' ? withEyes : withBox;
  const annotated = mode === 'detector' ? undefined : scaled(annotation?.frames.get(frame), annotation?.size, picture);
  const own = annotated ? need(annotated, picture) : { reason: 'the data set has no face for this frame' };
  if ('face' in own) return { ...own, from: 'annotation' };
  if (mode === 'annotation' || !detector) return own;
  const found = nearest(await detector.detect(picture), annotated?.box);
  if (!found) return { reason: mode === 'auto' && annotated ? `${own.reason}, and the detector finds none` : 'the detector finds none' };
  const detected = need(found, picture);
  return 'face' in detected ? { ...detected, from: 'detector' } : detected;
}

type Usable = { readonly face: Face } | { readonly reason: string };

function withBox(face: Face, frame: FramePicture): Usable {
  const box = face.box ?? (face.landmarks && boxFromEyes(face.landmarks));
  if (!box) return { reason: 'the annotation has neither a box nor eyes' };
  const text = `${box.x}, ${box.y}, ${box.width} x ${box.height}`;
  if (![box.x, box.y, box.width, box.height].every(Number.isFinite) || box.width <= 0 || box.height <= 0) return { reason: `its box (${text}) has no area` };
  const cut = cutToFrame(box, frame);
  return cut ? { face: { ...face, box: cut } } : { reason: `its box (${text}) lies outside the frame of ${frame.width} x ${frame.height}` };
}

function withEyes(face: Face, frame: FramePicture): Usable {
  if (!face.landmarks) return { reason: 'the crop is aligned and the annotation has no eyes' };
  const { rightEye, leftEye } = face.landmarks;
  const text = `(${rightEye.x}, ${rightEye.y}) and (${leftEye.x}, ${leftEye.y})`;
  if (!(Math.hypot(rightEye.x - leftEye.x, rightEye.y - leftEye.y) >= 1)) return { reason: `its eyes ${text} are at the same point` };
  if (!isInside(rightEye, frame) && !isInside(leftEye, frame)) return { reason: `its eyes ${text} lie outside the frame of ${frame.width} x ${frame.height}` };
  const box = face.box && cutToFrame(face.box, frame);
  const { box: _, ...rest } = face;
  return { face: box ? { ...rest, box } : rest };
}

/**
 * A box around the eyes, for data sets that annotate only those: from the midpoint between them one eye distance to either side, 0.7 up, 1.7 down
 * (bob.ip.facedetect, bounding_box_from_annotation).
 */
export function boxFromEyes({ rightEye, leftEye }: FaceLandmarks): Rectangle {
  const distance = Math.hypot(rightEye.x - leftEye.x, rightEye.y - leftEye.y);
  const x = (rightEye.x + leftEye.x) / 2 - distance;
  const y = (rightEye.y + leftEye.y) / 2 - 0.7 * distance;
  return { x: hundredths(x), y: hundredths(y), width: hundredths(2 * distance), height: hundredths(2.4 * distance) };
}

/** The part of a box within the frame; undefined where there is none. */
function cutToFrame({ x, y, width, height }: Rectangle, frame: FramePicture): Rectangle | undefined {
  const left = Math.max(0, x);
  const top = Math.max(0, y);
  const right = Math.min(frame.width, x + width);
  const bottom = Math.min(frame.height, y + height);
  return right - left >= 1 && bottom - top >= 1 ? { x: left, y: top, width: right - left, height: bottom - top } : undefined;
}

/** Scaled from the size the annotation refers to, to the frame's own. */
function scaled(face: Face | undefined, size: FaceAnnotation['size'], frame: FramePicture): Face | undefined {
  if (!face || !size || (size.width === frame.width && size.height === frame.height)) return face;
  const [across, down] = [frame.width / size.width, frame.height / size.height];
  const point = ({ x, y }: Point): Point => ({ x: hundredths(x * across), y: hundredths(y * down) });
  const { box, landmarks } = face;
  return {
    ...face,
    ...(box && {
      box: { x: hundredths(box.x * across), y: hundredths(box.y * down), width: hundredths(box.width * across), height: hundredths(box.height * down) },
    }),
    ...(landmarks && { landmarks: Object.fromEntries(Object.entries(landmarks).map(([name, at]) => [name, point(at)])) as unknown as FaceLandmarks }),
  };
}

/** The detected face with the largest overlap with the annotated box; the largest face where none overlaps. */
function nearest(faces: readonly Face[], box: Rectangle | undefined): Face | undefined {
  const shared = (face: Face) => (box && face.box ? overlap(box, face.box) : 0);
  return faces.reduce<Face | undefined>((best, face) => (best === undefined || shared(face) > shared(best) ? face : best), undefined);
}

function overlap(a: Rectangle, b: Rectangle): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return across > 0 && down > 0 ? across * down : 0;
}

function isInside({ x, y }: Point, { width, height }: FramePicture): boolean {
  return x >= 0 && y >= 0 && x < width && y < height;
}

/** Rounded before use, so that the manifest holds exactly what was used. */
function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
