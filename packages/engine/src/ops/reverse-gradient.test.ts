import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { loadEngine, recordTape } from '../index.ts';
import { reverseGradient } from './reverse-gradient.ts';

beforeAll(async () => {
  await loadEngine();
});

test('reverseGradient gives x as it is, bit for bit, and -strength times the gradient, exactly', () => {
  const before = tf.memory().numTensors;
  const x = tf.tensor2d([
    [1.5, -0.1],
    [1e-20, 3],
  ]);
  for (const strength of [1, 0.5, 0, 2]) {
    const plain = recordTape(() => tf.sum(tf.square(x)));
    const reversed = recordTape(() => tf.sum(tf.square(reverseGradient(x, strength))));
    const slopes = [plain, reversed].map(({ result, tape }) => {
      const cotangent = tf.scalar(1);
      const [slope] = tape.pullback([{ output: result, cotangent }], [x], { last: true });
      const values = Array.from(slope?.dataSync() ?? []);
      tf.dispose([cotangent, slope as tf.Tensor]);
      return values;
    });
    expect(reversed.result.dataSync()).toEqual(plain.result.dataSync());
    expect(slopes[1]).toEqual(slopes[0]?.map((value) => Math.fround(-strength * value)));
    tf.dispose([plain.result, reversed.result]);
  }
  x.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('what follows it gets its own gradient: d/dw of w · reversed(x) is x, d/dx is -w', () => {
  const [x, w] = [tf.scalar(3), tf.scalar(5)];
  const { result, tape } = recordTape(() => tf.mul(reverseGradient(x, 1), w));
  const [inX, inW] = tape.pullback([{ output: result, cotangent: tf.scalar(1) }], [x, w], { last: true });
  expect([inX?.dataSync()[0], inW?.dataSync()[0]]).toEqual([-5, 3]);
});
