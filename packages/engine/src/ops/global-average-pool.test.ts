import type * as tf from '@tensorflow/tfjs-core';
import { beforeAll, test } from 'vitest';
import { expectAgreement, input } from '../../test/agreement.ts';
import { at } from '../../test/reference.ts';
import { loadEngine } from '../index.ts';
import { globalAveragePool } from './global-average-pool.ts';

beforeAll(async () => {
  await loadEngine();
});

test.each<{ shape: [number, number, number, number] }>([{ shape: [3, 4, 5, 2] }, { shape: [1, 1, 1, 3] }])(
  'globalAveragePool gives the values and gradients of a loop on $shape',
  ({ shape }) => {
    const [batch, height, width, channels] = shape;
    const positions = height * width;
    const mean = (x: number[], n: number, c: number) =>
      Array.from({ length: positions }, (_, p) => at(x, (n * positions + p) * channels + c)).reduce((sum, value) => sum + value) / positions;
    expectAgreement(
      (x) => globalAveragePool(x as tf.Tensor4D),
      (x) => Array.from({ length: batch * channels }, (_, i) => mean(x as number[], Math.floor(i / channels), i % channels)),
      [input(shape)],
    );
  },
);
