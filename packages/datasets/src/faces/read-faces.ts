import type { Face, FaceAnnotation, FaceLandmarks, Point } from '@gradalign/pixels';
import type { FileEntry } from '../on-disk/folder-tree.ts';
import { readAnnotation } from '../on-disk/read-text.ts';
import { readVideoHeader } from '../video/video-header.ts';

export interface FaceFileRules {
  /** Numbers per line. */
  readonly columns: number;
  /** The meaning of a line's numbers; `line` counts annotation lines from 0, for files without frame numbers. No face: the set found none. */
  readonly parse: (numbers: readonly number[], line: number) => { readonly frame: number; readonly face?: Face };
}

/**
 * Reads a data set's own annotation of one clip: one line per frame, numbers separated by commas or spaces. Never throws: a missing, empty or
 * broken file is reported in `problems`, line by line. Boxes that are negative or extend beyond the image are returned as they are, and reported.
 */
export async function readFaces(clip: string, file: FileEntry | undefined, { columns, parse }: FaceFileRules): Promise<FaceAnnotation> {
  const frames = new Map<number, Face>();
  const problems: string[] = [];
  if (!file) return { frames, problems: ['there is no annotation file'] };
  const text = readAnnotation(file);
  if (text instanceof Error) return { frames, problems: [`${file.id}: ${text.message}`] };
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.every((line) => line.trim() === '')) return { frames, problems: [`${file.id}: the file is empty`] };
  const size = await readVideoHeader(clip);
  let count = 0;
  for (const [i, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const say = (what: string) => problems.push(`${file.id} line ${i + 1}: ${what}`);
    const words = line.trim().split(/[\s,;]+/);
    const numbers = words.filter((word) => word !== '').map(Number);
    const strange = words.find((word) => word !== '' && !Number.isFinite(Number(word)));
    if (strange !== undefined) {
      say(`'${strange}' is not a number`);
    } else if (numbers.length !== columns) {
      say(`${numbers.length} ${numbers.length === 1 ? 'number' : 'numbers'}, expected ${columns}${i === lines.length - 1 ? ' (the file ends there)' : ''}`);
    } else {
      const { frame, face } = parse(numbers, count);
      if (!Number.isInteger(frame) || frame < 0) say(`its frame is ${frame}, expected 0 or more`);
      else if (frames.has(frame)) say(`frame ${frame} again: the first is used`);
      else if (face) {
        frames.set(frame, face);
        const wrong = whatIsOdd(face, size);
        if (wrong !== undefined) say(wrong);
      }
    }
    count++;
  }
  return { frames, problems };
}

/** Eyes as the person's own right and left: in an image that is not mirrored the right one has the smaller x, whatever the data set calls it. */
export function eyes(one: Point, other: Point): FaceLandmarks {
  return one.x <= other.x ? { rightEye: one, leftEye: other } : { rightEye: other, leftEye: one };
}

/** A box from two opposite corners. */
export function boxBetween(x1: number, y1: number, x2: number, y2: number): { x: number; y: number; width: number; height: number } {
  return { x: x1, y: y1, width: x2 - x1, height: y2 - y1 };
}

function whatIsOdd({ box, landmarks }: Face, size: { readonly width: number; readonly height: number } | undefined): string | undefined {
  const frame = size ? ` of an image of ${size.width} x ${size.height}` : '';
  if (box) {
    if (box.width <= 0 || box.height <= 0) return `the box is ${box.width} wide and ${box.height} high`;
    if (box.x < 0 || box.y < 0) return `the box begins at ${box.x}, ${box.y}, outside the image`;
    if (size && (box.x + box.width > size.width || box.y + box.height > size.height)) {
      return `the box ends at ${box.x + box.width}, ${box.y + box.height}, outside${frame}`;
    }
  }
  const points = landmarks ? [landmarks.rightEye, landmarks.leftEye] : [];
  const out = points.find(({ x, y }) => x < 0 || y < 0 || (size && (x > size.width || y > size.height)));
  return out ? `an eye is at ${out.x}, ${out.y}, outside${frame === '' ? ' the image' : frame}` : undefined;
}
