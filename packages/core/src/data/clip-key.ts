import type { Sample } from '../contracts/dataset.ts';

/** Identifies the clip of a sample within its domain: one video in one split with one label; an image without a video is a clip of its own. */
export function clipKey({ split, label, video, id }: Pick<Sample, 'id' | 'label' | 'split' | 'video'>): string {
  return JSON.stringify([split, label, video === undefined ? 'image' : 'video', video ?? id]);
}
