import * as tf from '@tensorflow/tfjs-core';
import type { Auxiliary, Risk } from '../contracts/loss.ts';
import type { Model } from '../contracts/model.ts';
import { createRandom } from '../contracts/seed.ts';
import { Weights } from '../contracts/weights.ts';
import { alternatingBatch } from './alternating-batch.ts';
import { createProblem, type Problem } from './problem.ts';

const inputs = 128;
const outputs = 64;
const layers = 24;

/**
 * A sum of 24 parallel dense layers on two samples per domain: nearly all its memory is weights (0.8 MB), and each layer holds a twenty-fourth of it. For
 * counting copies of the weights.
 */
export function wideNet({ domains: k, auxiliary }: { readonly domains: number; readonly auxiliary: boolean }): Problem {
  const rows = Array.from({ length: 2 * k }, (_, row) => Math.floor(row / 2));
  kernels ??= Array.from({ length: layers }, (_, i) => randomValues(`layer${i}`, inputs * outputs));
  const batch = alternatingBatch(randomValues('batch', rows.length * inputs), inputs, rows);
  const weights = new Weights(Object.fromEntries(kernels.map((values, i) => [`layer${i}/kernel`, tf.tensor2d(values, [inputs, outputs])])));
  const model: Model = {
    weights,
    apply(x) {
      const flat = tf.reshape(x, [-1, inputs]) as tf.Tensor2D;
      const features = tf.addN([...weights.parameters.values()].map((kernel) => tf.matMul(flat, kernel as unknown as tf.Tensor2D))) as tf.Tensor2D;
      return { features, logits: features };
    },
    [Symbol.dispose]: () => weights[Symbol.dispose](),
  };
  return createProblem({
    model,
    risk,
    auxiliaries: auxiliary ? [featureSize] : [],
    domains: Array.from({ length: k }, (_, i) => `domain${i}`),
    batches: [batch],
  });
}

/** Drawn once: 200,000 normal numbers take longer than a step. */
let kernels: readonly Float32Array[] | undefined;

function randomValues(name: string, size: number): Float32Array {
  const random = createRandom(['wide-net', name]);
  return Float32Array.from({ length: size }, () => random.normal() / 16);
}

const risk: Risk = {
  role: 'risk',
  logits: outputs,
  perSample: (logits, labels) => tf.mean(tf.square(tf.sub(logits, tf.expandDims(tf.cast(labels, 'float32'), 1))), 1) as tf.Tensor1D,
  probabilities: (logits) => tf.softmax(logits),
};

const featureSize: Auxiliary = { role: 'auxiliary', value: ({ features }) => tf.mean(tf.square(features)) as tf.Scalar };
