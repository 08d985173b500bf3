import * as tf from '@tensorflow/tfjs-core';
import { parts } from '../run/compose.ts';
import type { Container } from '../run/container.ts';
import { passOverSamples } from './pass-over-samples.ts';
import { passWithRun } from './score-with-run.ts';

/**
 * The risk on the held-out share of the sources at the model's weights, with running statistics and no augmentation: the mean over each domain's
 * frames (evaluate.frames of a video), then over the domains that have any, as DomainBed weighs its validation splits. Auxiliary losses are no part
 * of it: they compare the samples of a batch. NaN where nothing is held out.
 */
export async function heldOutLoss(container: Container): Promise<number> {
  const { sources } = await container.get(parts.domains);
  const { risk } = await container.get(parts.losses);
  const means: number[] = [];
  for (const { name, heldOut } of sources) {
    const losses = await passOverSamples(await passWithRun(container, name, heldOut), 'loss on the held-out share of', (logits, samples) => {
      const labels = tf.tensor1d(
        samples.map(({ label }) => label),
        'int32',
      );
      return tf.reshape(risk.perSample(logits, labels), [-1, 1]) as tf.Tensor2D;
    });
    if (losses.length > 0) means.push(mean(losses.map(({ values: [loss = Number.NaN] }) => loss)));
  }
  return mean(means);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
