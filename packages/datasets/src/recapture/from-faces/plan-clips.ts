import type { Sample, Split } from '@gradalign/core';
import type { RecaptureKind } from '../options/recapture-ranges.ts';

/** Frames of one video, or one image, to be photographed as one kind with one camera. */
export interface FaceClip {
  readonly kind: RecaptureKind;
  readonly split: Split;
  /** Folder of its images, relative to the data set: `train/attack/print/s0001_v0002_c1`. */
  readonly folder: string;
  /** Key of its random numbers: the same for live, print and replay of one video and copy. */
  readonly key: string;
  readonly subject?: string;
  readonly pictures: readonly { readonly id: string; readonly path: string }[];
}

/**
 * One live clip for each video (or image that stands alone), and `copies` of each attack. Folders are numbered, since names of unknown
 * folders do not identify subjects reliably: all clips of one subject (of one video where that is unknown) start with the same number, so
 * that the plain layout's subject rule keeps them together.
 */
export function planFaceClips(faces: readonly Sample[], kinds: readonly Exclude<RecaptureKind, 'live'>[], copies: number): FaceClip[] {
  const videos = new Map<string, Sample[]>();
  for (const face of faces) {
    const key = JSON.stringify([face.split, face.video ?? face.id, face.video === undefined]);
    videos.set(key, [...(videos.get(key) ?? []), face]);
  }
  const subjects = new Map<string, number>();
  const numberOf = (subject: string) => {
    if (!subjects.has(subject)) subjects.set(subject, subjects.size + 1);
    return subjects.get(subject) as number;
  };
  return [...videos.values()].flatMap((frames, v) => {
    const [{ split, subject, video, id }] = frames as [Sample, ...Sample[]];
    const name = `s${numbered(numberOf(subject === undefined ? `video ${video ?? id}` : `subject ${subject}`))}_v${numbered(v + 1)}`;
    const pictures = frames.flatMap(({ id: picture, image }) => ('path' in image ? [{ id: picture, path: image.path }] : []));
    const clip = (kind: RecaptureKind, copy: number): FaceClip => ({
      kind,
      split,
      folder: kind === 'live' ? `${split}/live/${name}` : `${split}/attack/${kind}/${name}_c${copy}`,
      key: `${video ?? id}@${copy}`,
      ...(subject === undefined ? {} : { subject }),
      pictures,
    });
    return [clip('live', 1), ...kinds.flatMap((kind) => Array.from({ length: copies }, (_, copy) => clip(kind, copy + 1)))];
  });
}

function numbered(n: number): string {
  return String(n).padStart(4, '0');
}
