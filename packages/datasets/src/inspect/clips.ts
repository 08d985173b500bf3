import { clipKey, type Sample } from '@gradalign/core';
import type { FaceDataset } from '../faces/face-dataset.ts';

/** A data set with the name the experiment gives it. */
export interface NamedDataset {
  /** The name in the inspection or on the sheet. */
  readonly domain: string;
  readonly dataset: FaceDataset;
}

/** The frames of one video in one split with one label; an image without a video is its own clip. */
export interface Clip {
  readonly samples: readonly [Sample, ...Sample[]];
}

export function clipsOf(samples: readonly Sample[]): Clip[] {
  const clips = new Map<string, [Sample, ...Sample[]]>();
  for (const sample of samples) {
    const key = clipKey(sample);
    const clip = clips.get(key);
    if (clip) clip.push(sample);
    else clips.set(key, [sample]);
  }
  return [...clips.values()].map((clip) => ({ samples: clip }));
}

/** The species of an attack, `unknown` where the data set does not give it; undefined for other classes. */
export function speciesOf({ species, label }: Sample, classes: readonly string[]): string | undefined {
  return classes[label] === 'attack' ? (species ?? 'unknown') : undefined;
}
