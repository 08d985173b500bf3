import type { LeftOut, Sample } from '../contracts/dataset.ts';

/** An attempt that gives no score: of a picture that cannot be read, or of a clip that gave no picture. */
export interface Unanswered extends Pick<Sample, 'id' | 'label' | 'split' | 'video'> {
  /** Images that it would have given; default: 1. */
  readonly images?: number;
}

/** What of the things that a data set leaves out concerns some of its splits: where the split is not known, it may. */
export function leftOutIn(leftOut: readonly LeftOut[], splits: readonly string[]): LeftOut[] {
  return leftOut.filter(({ split }) => split === undefined || splits.includes(split));
}

/** Clips that gave no image, because no face was found in them or they cannot be read, as attempts; those whose label or split is not known are none. */
export function unansweredClips(leftOut: readonly LeftOut[]): Unanswered[] {
  return leftOut.flatMap(({ kind, unit, what, label, split, images }) =>
    unit === 'clip' && (kind === 'no face' || kind === 'unreadable') && label !== undefined && split !== undefined
      ? [{ id: what, video: what, label, split, ...(images === undefined ? {} : { images }) }]
      : [],
  );
}
