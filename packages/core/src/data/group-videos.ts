import type { Sample } from '../contracts/dataset.ts';

/** One sample of a step, before any image is read. */
export interface Slot {
  readonly sample: Sample;
  /** Index of the sample's domain. */
  readonly domain: number;
}

/** Frames of one video with one label. */
export interface Video {
  /** Index of its domain. */
  readonly domain: number;
  readonly label: number;
  /** At least one. */
  readonly frames: readonly Sample[];
}

/** The videos of one domain, in the order of their first frames; a sample without a video is one by itself. */
export function groupVideos(samples: readonly Sample[], domain: number): Video[] {
  const frames = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = JSON.stringify([sample.label, sample.video ?? null, sample.video === undefined ? sample.id : null]);
    const known = frames.get(key);
    if (known) known.push(sample);
    else frames.set(key, [sample]);
  }
  return [...frames.values()].map((of) => ({ domain, label: (of[0] as Sample).label, frames: of }));
}
