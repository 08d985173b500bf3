import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectAgreement, expectClose, input } from '../../test/agreement.ts';
import { loadEngine, recordTape } from '../index.ts';
import { l2Normalize } from './l2-normalize.ts';

beforeAll(async () => {
  await loadEngine();
});

describe.each([{ axis: 0 }, { axis: 1 }])('l2Normalize along axis $axis', ({ axis }) => {
  test('gives the values and gradients of the definition', () => {
    const [rows, columns] = [4, 3];
    const line = (i: number) => (axis === 1 ? Math.floor(i / columns) : i % columns);
    expectAgreement(
      (x) => l2Normalize(x as tf.Tensor2D, axis),
      (given) => {
        const x = given as number[];
        const squares = new Map<number, number>();
        for (const [i, value] of x.entries()) squares.set(line(i), (squares.get(line(i)) ?? 0) + value ** 2);
        return x.map((value, i) => value / Math.sqrt(squares.get(line(i)) as number));
      },
      [input([rows, columns])],
    );
  });
});

test('zero stays zero and passes dy / epsilon on, without NaN', () => {
  const x = tf.tensor2d([0, 0, 3, 4], [2, 2]);
  const { result, tape } = recordTape(() => l2Normalize(x, 1));
  const [dx] = tape.pullback([{ output: result, cotangent: tf.tensor2d([1, -2, 1, 0], [2, 2]) }], [x], { last: true });
  expectClose(result.dataSync(), [0, 0, 0.6, 0.8], 1e-6);
  // At (3, 4): (dy - y ⟨y, dy⟩) / 5 = ((1, 0) - 0.6 (0.6, 0.8)) / 5.
  expectClose(Array.from(dx?.dataSync() ?? []).slice(2), [0.128, -0.096], 1e-6);
  expectClose(Array.from(dx?.dataSync() ?? []).slice(0, 2), [1e12, -2e12], 1e-6);
});

test('below epsilon the divisor is epsilon: 0.03 over 0.1 is 0.3, with slope 10', () => {
  const x = tf.tensor2d([0.03, 0], [1, 2]);
  const { result, tape } = recordTape(() => l2Normalize(x, 1, 0.1));
  const [dx] = tape.pullback([{ output: result, cotangent: tf.ones([1, 2]) }], [x], { last: true });
  expectClose(result.dataSync(), [0.3, 0], 1e-6);
  expect(dx?.dataSync()).toEqual(new Float32Array([10, 10]));
});

test('an empty batch stays empty', () => {
  expect(l2Normalize(tf.zeros([0, 3]), 1).shape).toEqual([0, 3]);
});
