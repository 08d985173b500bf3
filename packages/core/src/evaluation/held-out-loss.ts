import * as tf from '@tensorflow/tfjs-core';
import { chooseFrames } from '../data/choose-frames.ts';
import { passOverSamples } from './pass-over-samples.ts';
import type { DomainSamples } from './score-samples.ts';
import type { Scoring } from './scoring.ts';

/**
 * The risk on the held-out source share at the model's current weights, with running statistics and without augmentation: the mean over each domain's
 * chosen frames, then over the domains that have any, as DomainBed weights its validation splits. Auxiliary losses are not part of it: they compare
 * samples within a batch. NaN if nothing is held out.
 */
export async function heldOutLoss(scoring: Scoring, heldOut: readonly DomainSamples[]): Promise<number> {
  const means: number[] = [];
  for (const { name, samples } of heldOut) {
    const chosen = chooseFrames(samples, scoring.frames);
    const losses = await passOverSamples({ scoring, domain: name, samples: chosen }, 'loss on the held-out share of', ({ logits }, part) => {
      const labels = tf.tensor1d(
        part.map(({ label }) => label),
        'int32',
      );
      return tf.reshape(scoring.risk.perSample(logits, labels), [-1, 1]) as tf.Tensor2D;
    });
    if (losses.length > 0) means.push(mean(losses.map(({ values: [loss = Number.NaN] }) => loss)));
  }
  return mean(means);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
