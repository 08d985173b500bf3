import * as tf from '@tensorflow/tfjs-core';
import { afterEach, test as anyTest, beforeAll, describe, expect } from 'vitest';
import { expectClose } from '../../test/agreement.ts';
import { irregular } from '../../test/irregular.ts';
import { isNative } from '../../test/routes.ts';
import {
  type AfterNorm,
  batchNorm,
  batchNormInference,
  combine,
  dot,
  globalNorm,
  groupedBatchNorm,
  loadEngine,
  maxPool,
  recordTape,
  setFusedKernels,
} from '../index.ts';

const test = anyTest.runIf(isNative);

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

/** The result of `compute` by our kernels and by tfjs's own operations. */
function bothRoutes(compute: () => tf.Tensor[]): [own: Float32Array[], plain: Float32Array[]] {
  return [true, false].map((fused) => {
    setFusedKernels(fused);
    return tf.tidy(() => compute().map((tensor) => tensor.dataSync() as Float32Array));
  }) as [Float32Array[], Float32Array[]];
}

function expectSame([own, plain]: [Float32Array[], Float32Array[]], tolerance = 1e-5): void {
  expect(own.length).toBe(plain.length);
  for (const [i, values] of own.entries()) expectClose(values, plain[i] as Float32Array, tolerance, `tensor ${i}`);
}

const variants: readonly { readonly name: string; readonly summand: boolean; readonly relu: boolean }[] = [
  { name: 'alone', summand: false, relu: false },
  { name: 'with max(., 0)', summand: false, relu: true },
  { name: 'with a summand', summand: true, relu: false },
  { name: 'with both', summand: true, relu: true },
];

// The second shape fills several pieces of work with a remainder, the third has more channels than a piece has floats.
describe.each([
  { shape: [2, 3, 5, 3] as const, tolerance: 1e-5 },
  { shape: [5, 17, 19, 48] as const, tolerance: 2e-5 },
  { shape: [3, 1, 2, 17_000] as const, tolerance: 2e-4 },
])('batch norm on $shape', ({ shape, tolerance }) => {
  const channels = shape[3];
  const make = () => ({
    x: tf.add<tf.Tensor4D>(irregular<tf.Rank.R4>([...shape], 3), 2),
    gamma: irregular<tf.Rank.R1>([channels], 4),
    beta: irregular<tf.Rank.R1>([channels], 5),
    summand: irregular<tf.Rank.R4>([...shape], 6),
  });

  test.each(variants)('$name: values, statistics and every gradient are those of the plain route', ({ summand: sums, relu }) => {
    const { x, gamma, beta, summand } = make();
    const after: AfterNorm = { relu, ...(sums ? { summand } : {}) };
    const sources = [x, gamma, beta, ...(sums ? [summand] : [])];
    const cotangent = irregular<tf.Rank.R4>([...shape], 7);
    const before = tf.memory().numTensors;
    expectSame(
      bothRoutes(() => {
        const { result, tape } = recordTape(() => ({ ...batchNorm(x, gamma, beta, 1e-5, after) }));
        const gradients = tape.pullback([{ output: result.y, cotangent }], sources, { last: true }) as tf.Tensor[];
        return [result.y, result.mean, result.variance, ...gradients];
      }),
      tolerance,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each(variants)('$name, by given statistics: the values are those of the plain route', ({ summand: sums, relu }) => {
    const { x, gamma, beta, summand } = make();
    const [mean, variance] = [irregular<tf.Rank.R1>([channels], 8), tf.add<tf.Tensor1D>(irregular<tf.Rank.R1>([channels], 9), 2)];
    const after: AfterNorm = { relu, ...(sums ? { summand } : {}) };
    expectSame(bothRoutes(() => [batchNormInference(x, gamma, beta, mean, variance, 1e-5, after)]));
  });
});

describe.each([{ groups: [2, 1, 4] }, { groups: [7] }])('groups of $groups', ({ groups }) => {
  const shape = [7, 9, 5, 6] as const;
  const make = () => ({
    x: irregular<tf.Rank.R4>([...shape], 3),
    summand: irregular<tf.Rank.R4>([...shape], 6),
    gamma: irregular<tf.Rank.R1>([6], 4),
    beta: irregular<tf.Rank.R1>([6], 5),
  });

  test.each(variants)('$name: values, statistics and gradients are those of the plain route', ({ summand: sums, relu }) => {
    const { x, gamma, beta, summand } = make();
    const after: AfterNorm = { relu, ...(sums ? { summand } : {}) };
    expectSame(
      bothRoutes(() => {
        const { result, tape } = recordTape(() => ({ ...groupedBatchNorm(x, gamma, beta, 1e-5, groups, after) }));
        const cotangent = irregular<tf.Rank.R4>([...shape], 7);
        const gradients = tape.pullback([{ output: result.y, cotangent }], [x, gamma, beta, ...(sums ? [summand] : [])], { last: true });
        return [result.y, result.mean, result.variance, ...(gradients as tf.Tensor[])];
      }),
      2e-5,
    );
  });

  test('each group comes out as if it went through alone', () => {
    const { x, gamma, beta } = make();
    const whole = groupedBatchNorm(x, gamma, beta, 1e-5, groups, { relu: true }).y;
    const parts = tf.split<tf.Tensor4D>(x, groups).map((part) => batchNorm(part, gamma, beta, 1e-5, { relu: true }).y);
    expectClose(whole.dataSync(), tf.concat(parts).dataSync(), 1e-6);
  });
});

test('groups that do not add up to the batch are rejected', () => {
  expect(() => groupedBatchNorm(tf.zeros([3, 2, 2, 1]), tf.ones([1]), tf.zeros([1]), 0, [2, 2])).toThrow(
    'Cannot normalize [3,2,2,1] in groups of 2,2: expected sizes of at least 1 that add up to 3',
  );
});

test('the variance of values far from zero keeps its digits: 1e4 + {0, 1, 2, 3} repeated has variance 1.25', () => {
  const x = tf.tensor4d(
    Array.from({ length: 40_000 }, (_, i) => 1e4 + (i % 4)),
    [4, 100, 100, 1],
  );
  const { variance } = batchNorm(x, tf.ones([1]), tf.zeros([1]), 0);
  expect(variance.dataSync()[0]).toBeCloseTo((1.25 * 40_000) / 39_999, 4);
});

test('a summand of another shape is rejected', () => {
  expect(() => batchNorm(tf.zeros([1, 2, 2, 3]), tf.ones([3]), tf.zeros([3]), 0, { summand: tf.zeros([1, 2, 2, 1]) })).toThrow(
    'Cannot normalize [1,2,2,3]: the summand has shape [1,2,2,1], expected the same',
  );
});

test.each([
  { size: 3, stride: 2, pad: 1, shape: [2, 9, 8, 5] as const },
  { size: 2, stride: 2, pad: 0, shape: [2, 7, 6, 20] as const },
  { size: 3, stride: 1, pad: 1, shape: [1, 4, 5, 3] as const },
  { size: 2, stride: 3, pad: 1, shape: [2, 7, 8, 2] as const },
  { size: 16, stride: 4, pad: 0, shape: [1, 20, 20, 2] as const },
])('max pooling by $size, stride $stride, pad $pad: values and gradient are those of the plain route', ({ size, stride, pad, shape }) => {
  const x = tf.sub<tf.Tensor4D>(irregular<tf.Rank.R4>([...shape], 11), 1);
  expectSame(
    bothRoutes(() => {
      const { result, tape } = recordTape(() => maxPool(x, size, stride, pad));
      return [result, ...(tape.pullback([{ output: result, cotangent: irregular<tf.Rank.R4>(result.shape, 12) }], [x], { last: true }) as tf.Tensor[])];
    }),
  );
});

test('where values tie, the first of the window gets the gradient', () => {
  const x = tf.tensor4d([5, 5, 5, 5], [1, 2, 2, 1]);
  const { result, tape } = recordTape(() => maxPool(x, 2, 2, 0));
  const [gradient] = tape.pullback([{ output: result, cotangent: tf.ones(result.shape) }], [x], { last: true });
  expect(Array.from(gradient?.dataSync() ?? [])).toEqual([1, 0, 0, 0]);
});

test.each([1, 2, 3, 4, 6])('a combination of %i terms over tensors of several sizes is that of the plain route', (count) => {
  const shapes = [[3], [70_000], [5, 7], [1]];
  const terms = Array.from({ length: count }, (_, term) => ({
    scale: term === 1 ? tf.scalar(-0.25) : 0.5 + term,
    tensors: shapes.map((shape, i) => irregular(shape as [number], 20 * term + i)),
  }));
  expectSame(bothRoutes(() => combine(terms)));
});

test('products and norms over tensors of several sizes are those of the plain route', () => {
  const list = (seed: number) => [[3], [70_000], [5, 7], [1]].map((shape, i) => irregular(shape as [number], seed + i));
  const [a, b] = [list(1), list(2)];
  expectSame(
    bothRoutes(() => [dot(a, b), globalNorm(a)]),
    2e-5,
  );
});
