import type { Experiment } from '../contracts/experiment.ts';

/** Frames of a video that predict scores, evenly spread over the prepared ones; 0: all. One where the experiment scores one at random. */
export function framesPerVideo({ evaluate }: Pick<Experiment, 'evaluate'>): number {
  return typeof evaluate.frames === 'number' ? evaluate.frames : 1;
}
