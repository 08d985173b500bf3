import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectAgreement, input } from '../../test/agreement.ts';
import { routes } from '../../test/routes.ts';
import { loadEngine, recordTape } from '../index.ts';
import { setFusedKernels } from './fused-kernels.ts';
import { relu } from './relu.ts';

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

describe.each(routes)('relu, %s', (route) => {
  test('gives the values and gradients of a loop', () => {
    setFusedKernels(route === 'fused');
    expectAgreement(relu, (x) => (x as number[]).map((value) => Math.max(value, 0)), [input([2, 3, 3, 2])]);
  });

  test('its gradient at 0 is 0', () => {
    setFusedKernels(route === 'fused');
    const x = tf.tensor1d([-1, 0, 2]);
    const { result, tape } = recordTape(() => relu(x));
    const [dx] = tape.pullback([{ output: result, cotangent: tf.tensor1d([5, 6, 7]) }], [x], { last: true });
    expect(Array.from(dx?.dataSync() ?? [])).toEqual([0, 0, 7]);
  });
});
