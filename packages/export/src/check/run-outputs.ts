import { type Calibration, calibratedProbability, type TrainedRun } from '@gradalign/core';
import { oddsOfProbability } from '@gradalign/model-format';
import * as tf from '@tensorflow/tfjs-core';
import { normalized } from './check-images.ts';

/** What an image gets: one number of two classes, one each of more. */
export interface Outputs {
  readonly logit: readonly (readonly number[])[];
  readonly probability: readonly (readonly number[])[];
}

const batch = 16;

/** The outputs of the run itself for raw images, as its predictions have them. */
export function runOutputs(run: TrainedRun, raw: Float32Array, calibration: Calibration | undefined): Outputs {
  const { size, channels } = run.loader.image;
  const length = size * size * channels;
  const data = normalized(run, raw);
  const logit: number[][] = [];
  const probability: number[][] = [];
  for (let first = 0; first * length < data.length; first += batch) {
    const part = data.subarray(first * length, (first + batch) * length);
    const [logits, probabilities, ranked] = tf.tidy(() => {
      const { logits } = run.model.apply(tf.tensor4d(part, [part.length / length, size, size, channels]), { training: false });
      return [logits.arraySync(), run.risk.probabilities(logits).arraySync(), run.risk.logit ? Array.from(run.risk.logit(logits).dataSync()) : undefined];
    }) as unknown as [number[][], number[][], number[] | undefined];
    for (const [i, probabilitiesOfOne] of probabilities.entries()) {
      if (run.classes.length !== 2) {
        logit.push(logits[i] as number[]);
        probability.push(probabilitiesOfOne);
        continue;
      }
      const odds = ranked ? (run.risk.logitScale ?? 1) * (ranked[i] as number) : oddsOfProbability(probabilitiesOfOne[1] as number);
      logit.push([ranked ? (ranked[i] as number) : odds]);
      const own = ranked ? 1 / (1 + Math.exp(-odds)) : (probabilitiesOfOne[1] as number);
      probability.push([calibration ? calibratedProbability(calibration, odds) : own]);
    }
  }
  return { logit, probability };
}

/** The largest difference between two lists of outputs; infinite where one is no number. `relative`: of values beyond ±1 as a share of their size. */
export function largestDifference(
  one: readonly (readonly number[])[],
  other: readonly (readonly (number | string)[])[],
  { relative = false }: { readonly relative?: boolean } = {},
): number {
  let largest = one.length === other.length ? 0 : Number.POSITIVE_INFINITY;
  for (const [i, row] of one.entries())
    for (const [at, value] of row.entries()) {
      const difference = Math.abs(value - Number(other[i]?.[at])) / (relative ? Math.max(1, Math.abs(value)) : 1);
      largest = Math.max(largest, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    }
  return largest;
}
