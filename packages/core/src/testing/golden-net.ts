import { batchNorm, batchNormInference, conv2d, globalAveragePool, l2Normalize, relu } from '@gradalign/engine';
import type { Static } from '@sinclair/typebox';
import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../contracts/model.ts';
import { Weights } from '../contracts/weights.ts';
import type { plainTensor, plainTensors } from './golden-file.ts';

/** A tensor as the golden files write it: its shape, and its values row by row. */
export type PlainTensor = Static<typeof plainTensor>;
/** Tensors by weight name. */
export type PlainTensors = Static<typeof plainTensors>;

/** The names of `goldenNet`'s weights. */
export const goldenNetWeights = {
  parameters: ['conv1/kernel', 'bn1/gamma', 'bn1/beta', 'conv2/kernel', 'bn2/gamma', 'bn2/beta', 'head/kernel'],
  statistics: ['bn1/movingMean', 'bn1/movingVariance', 'bn2/movingMean', 'bn2/movingVariance'],
} as const;

/**
 * The small network of goldens/optimizers.json: conv1 3x3, bn1, relu, conv2 3x3 with stride 2 (or other odd sizes, padded by half), bn2, relu, global
 * average, cosine head. The caller disposes it. Without `bn1/gamma` or `bn2/gamma` there is no such norm.
 * Weights: `conv1/kernel`, `bn1/gamma`, `bn1/beta`, `conv2/kernel`, `bn2/gamma`, `bn2/beta`, `head/kernel`; statistics `bn1/movingMean` etc.
 */
export function goldenNet(parameters: PlainTensors, statistics: PlainTensors, epsilon: number): Model {
  const weights = new Weights(tensors(parameters), tensors(statistics));
  return {
    weights,
    apply(images, pass) {
      const norm = (x: tf.Tensor4D, name: string): tf.Tensor4D => {
        if (!weights.parameters.has(`${name}/gamma`)) return x;
        const [gamma, beta] = [weights.get(`${name}/gamma`), weights.get(`${name}/beta`)] as unknown as [tf.Tensor1D, tf.Tensor1D];
        const names = { mean: `${name}/movingMean`, variance: `${name}/movingVariance` };
        if (!pass.training)
          return batchNormInference(
            x,
            gamma,
            beta,
            weights.get(names.mean) as unknown as tf.Tensor1D,
            weights.get(names.variance) as unknown as tf.Tensor1D,
            epsilon,
          );
        const { y, mean, variance } = batchNorm(x, gamma, beta, epsilon);
        pass.statistics?.(names, mean, variance);
        return y;
      };
      const kernel = (name: string) => weights.get(name) as unknown as tf.Tensor4D;
      const convolve = (x: tf.Tensor4D, name: string, stride: number) => conv2d(x, kernel(name), stride, (kernel(name).shape[0] - 1) / 2);
      const first = relu(norm(convolve(images, 'conv1/kernel', 1), 'bn1'));
      const features = globalAveragePool(relu(norm(convolve(first, 'conv2/kernel', 2), 'bn2')));
      const logits = tf.matMul(l2Normalize(features, 1), l2Normalize(weights.get('head/kernel') as unknown as tf.Tensor2D, 0)) as tf.Tensor2D;
      return { features, logits };
    },
    [Symbol.dispose]: () => weights[Symbol.dispose](),
  };
}

/** Tensors of these values, float32; the caller disposes them. */
export function tensors(plain: PlainTensors): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(plain).map(([name, { shape, data }]) => [name, tf.tensor([...data], [...shape], 'float32')]));
}
