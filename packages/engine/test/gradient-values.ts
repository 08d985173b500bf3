import * as tf from '@tensorflow/tfjs-core';
import { recordTape } from '../src/tape/tape.ts';
import { irregular } from './irregular.ts';

const image = (height = 7, width = 6, channels = 4) => irregular<tf.Rank.R4>([2, height, width, channels], height + width);
const filter = (size: number, from = 4, to = 3) => irregular<tf.Rank.R4>([size, size, from, to], size);
const indices = (...values: number[]) => tf.tensor1d(values, 'int32');

type Case = readonly [inputs: () => tf.Tensor[], forward: (...inputs: never[]) => tf.Tensor];

/** The operations of ordinary training with tfjs, each with tensors to differentiate it at. */
const cases: Record<string, Case> = {
  'conv2d same': [() => [image(), filter(3)], (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, 1, 'same')],
  'conv2d same, stride 2': [() => [image(), filter(3)], (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, 2, 'same')],
  'conv2d valid, strides 2 and 3': [() => [image(9, 8), filter(4)], (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, [2, 3], 'valid')],
  'conv2d 1x1, stride 3': [() => [image(), filter(1)], (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, 3, 'valid')],
  'conv2dTranspose same, stride 2': [
    () => [image(4, 3), filter(3, 2, 4)],
    (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2dTranspose(x, w, [2, 8, 6, 2], 2, 'same'),
  ],
  'fused conv2d': [
    () => [image(), filter(3), irregular([3], 9)],
    (x: tf.Tensor4D, w: tf.Tensor4D, bias: tf.Tensor1D) => tf.fused.conv2d({ x, filter: w, strides: 1, pad: 'same', bias, activation: 'relu' }),
  ],
  'depthwiseConv2d same': [() => [image(), filter(3, 4, 1)], (x: tf.Tensor4D, w: tf.Tensor4D) => tf.depthwiseConv2d(x, w, 1, 'same')],
  'depthwiseConv2d valid, stride 2, multiplier 2': [() => [image(), filter(3, 4, 2)], (x: tf.Tensor4D, w: tf.Tensor4D) => tf.depthwiseConv2d(x, w, 2, 'valid')],
  separableConv2d: [
    () => [image(), filter(3, 4, 1), irregular([1, 1, 4, 2], 8)],
    (x: tf.Tensor4D, w: tf.Tensor4D, p: tf.Tensor4D) => tf.separableConv2d(x, w, p, 1, 'same'),
  ],
  'maxPool same, stride 2': [() => [image()], (x: tf.Tensor4D) => tf.maxPool(x, 3, 2, 'same')],
  'maxPool valid': [() => [image()], (x: tf.Tensor4D) => tf.maxPool(x, 2, 2, 'valid')],
  'maxPool of equal values': [() => [tf.zeros([1, 6, 6, 2])], (x: tf.Tensor4D) => tf.maxPool(x, 3, 2, 'same')],
  'avgPool same, stride 2': [() => [image()], (x: tf.Tensor4D) => tf.avgPool(x, 3, 2, 'same')],
  'avgPool valid': [() => [image()], (x: tf.Tensor4D) => tf.avgPool(x, [2, 3], 1, 'valid')],
  batchNorm: [
    () => [image(), irregular([4], 2), tf.abs(irregular([4], 3)), irregular([4], 4), irregular([4], 5)],
    (x: tf.Tensor4D, mean: tf.Tensor1D, variance: tf.Tensor1D, offset: tf.Tensor1D, scale: tf.Tensor1D) => tf.batchNorm(x, mean, variance, offset, scale, 0.1),
  ],
  'moments, variance': [() => [image()], (x: tf.Tensor4D) => tf.moments(x, [0, 1, 2]).variance],
  matMul: [() => [irregular([3, 5]), irregular([5, 4], 2)], (a: tf.Tensor2D, b: tf.Tensor2D) => tf.matMul(a, b)],
  'matMul, both transposed': [() => [irregular([5, 3]), irregular([4, 5], 2)], (a: tf.Tensor2D, b: tf.Tensor2D) => tf.matMul(a, b, true, true)],
  softmax: [() => [irregular([3, 5])], (x: tf.Tensor) => tf.softmax(x)],
  logSoftmax: [() => [irregular([3, 5])], (x: tf.Tensor) => tf.logSoftmax(x)],
  logSumExp: [() => [irregular([3, 5])], (x: tf.Tensor) => tf.logSumExp(x, 1)],
  'gather, an index twice': [() => [irregular([4, 3])], (x: tf.Tensor) => tf.gather(x, indices(2, 0, 2, 3))],
  'gather along axis 1': [() => [irregular([2, 4, 3])], (x: tf.Tensor) => tf.gather(x, indices(1, 1, 3), 1)],
  concat: [() => [image(), image()], (a: tf.Tensor4D, b: tf.Tensor4D) => tf.concat([a, b], 3)],
  split: [() => [irregular([2, 6])], (x: tf.Tensor) => tf.split(x, 3, 1)[1] as tf.Tensor],
  stack: [() => [irregular([2, 3]), irregular([2, 3], 2)], (a: tf.Tensor, b: tf.Tensor) => tf.stack([a, b], 1)],
  unstack: [() => [irregular([3, 4])], (x: tf.Tensor) => tf.unstack(x, 1)[2] as tf.Tensor],
  pad: [
    () => [image()],
    (x: tf.Tensor4D) =>
      tf.pad(x, [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ]),
  ],
  slice: [() => [image()], (x: tf.Tensor4D) => tf.slice(x, [0, 1, 2, 0], [2, 3, 3, 2])],
  transpose: [() => [image()], (x: tf.Tensor4D) => tf.transpose(x, [0, 3, 1, 2])],
  tile: [() => [irregular([2, 3])], (x: tf.Tensor) => tf.tile(x, [2, 3])],
  reverse: [() => [irregular([2, 3])], (x: tf.Tensor) => tf.reverse(x, 1)],
  'sum over two axes': [() => [image()], (x: tf.Tensor4D) => tf.sum(x, [1, 2])],
  'mean over the positions': [() => [image()], (x: tf.Tensor4D) => tf.mean(x, [1, 2])],
  max: [() => [irregular([4, 5])], (x: tf.Tensor) => tf.max(x, 1)],
  norm: [() => [irregular([4, 5])], (x: tf.Tensor) => tf.norm(x, 2, 1)],
  where: [() => [irregular([3, 4]), irregular([3, 4], 2)], (a: tf.Tensor, b: tf.Tensor) => tf.where(tf.greater(a, 0), a, b)],
  clipByValue: [() => [irregular([3, 4])], (x: tf.Tensor) => tf.clipByValue(x, -0.5, 0.5)],
  pow: [() => [tf.add(irregular([3, 4]), 2)], (x: tf.Tensor) => tf.pow(x, 2.5)],
  div: [() => [irregular([3, 4]), tf.add(irregular([4], 2), 2)], (a: tf.Tensor, b: tf.Tensor) => tf.div(a, b)],
  maximum: [() => [irregular([3, 4]), irregular([3, 4], 2)], (a: tf.Tensor, b: tf.Tensor) => tf.maximum(a, b)],
  squaredDifference: [() => [irregular([3, 4]), irregular([3, 4], 2)], (a: tf.Tensor, b: tf.Tensor) => tf.squaredDifference(a, b)],
  resizeBilinear: [() => [image(4, 4)], (x: tf.Tensor4D) => tf.image.resizeBilinear(x, [7, 9])],
  relu: [() => [irregular([3, 4])], (x: tf.Tensor) => tf.relu(x)],
  leakyRelu: [() => [irregular([3, 4])], (x: tf.Tensor) => tf.leakyRelu(x)],
  elu: [() => [irregular([3, 4])], (x: tf.Tensor) => tf.elu(x)],
  sigmoid: [() => [irregular([3, 4])], (x: tf.Tensor) => tf.sigmoid(x)],
  tanh: [() => [irregular([3, 4])], (x: tf.Tensor) => tf.tanh(x)],
  softplus: [() => [irregular([3, 4])], (x: tf.Tensor) => tf.softplus(x)],
  exp: [() => [irregular([3, 4])], (x: tf.Tensor) => tf.exp(x)],
  log: [() => [tf.add(irregular([3, 4]), 2)], (x: tf.Tensor) => tf.log(x)],
  rsqrt: [() => [tf.add(irregular([3, 4]), 2)], (x: tf.Tensor) => tf.rsqrt(x)],
  abs: [() => [irregular([3, 4])], (x: tf.Tensor) => tf.abs(x)],
};

/** For each operation its value and the pullback of an irregular cotangent to each input. */
export function gradientValues(): Record<string, number[][]> {
  return Object.fromEntries(
    Object.entries(cases).map(([name, [makeInputs, forward]]) => {
      const values = tf.tidy(() => {
        const inputs = makeInputs();
        const { result, tape } = recordTape(() => forward(...(inputs as never[])));
        const cotangent = irregular(result.shape as [number], 50);
        const gradients = tape.pullback([{ output: result, cotangent }], inputs, { last: true });
        return [result, ...gradients].map((tensor) => Array.from(tensor?.dataSync() ?? []));
      });
      return [name, values];
    }),
  );
}
