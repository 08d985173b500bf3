import { evenlySpread } from '@gradalign/pixels';
import type { Sample } from '../contracts/dataset.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { RandomStream, Seed } from '../contracts/seed.ts';

/** Which frames of each video are scored: so many, evenly spread (0: all), or a single one at random. */
export type FrameChoice = number | RandomFrame;

/** One frame of each video, drawn by these keys and the video's name. */
export interface RandomFrame {
  readonly stream: RandomStream;
  /** The epoch, say: the same keys give the same frames. */
  readonly keys: readonly (number | string)[];
}

/** What `evaluate.frames` of an experiment means with its seed. */
export function frameChoice(frames: Experiment['evaluate']['frames'], seed: Seed): FrameChoice {
  return typeof frames === 'number' ? frames : { stream: seed.stream('test-frames'), keys: [] };
}

/**
 * At most n frames of each video, evenly spread over its frames in their order; 0 takes all; or one of them at random. Keeps all samples without a video, and
 * the order of the samples. Throws a RangeError where n is not a whole number >= 0.
 */
export function chooseFrames(samples: readonly Sample[], choice: FrameChoice): Sample[] {
  if (typeof choice === 'number' && (!Number.isInteger(choice) || choice < 0))
    throw new RangeError(`Cannot choose frames: ${choice} frames a video are wanted, expected a whole number, 0 for all`);
  if (choice === 0) return [...samples];
  const videos = new Map<string, Sample[]>();
  for (const sample of samples) {
    if (sample.video === undefined) continue;
    const frames = videos.get(sample.video);
    if (frames) frames.push(sample);
    else videos.set(sample.video, [sample]);
  }
  const chosen = new Set<Sample>();
  for (const [video, frames] of videos) {
    const ordered = frames.sort(byFrame);
    const indices = typeof choice === 'number' ? evenlySpread(ordered.length, choice) : [choice.stream.at(...choice.keys, video).integer(ordered.length)];
    for (const i of indices) chosen.add(ordered[i] as Sample);
  }
  return samples.filter((sample) => sample.video === undefined || chosen.has(sample));
}

/** By frame number; where it is not known, by id. */
function byFrame(a: Sample, b: Sample): number {
  if (a.frame !== undefined && b.frame !== undefined && a.frame !== b.frame) return a.frame - b.frame;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
