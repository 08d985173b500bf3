import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectAgreement, input } from '../../test/agreement.ts';
import { routes } from '../../test/routes.ts';
import { loadEngine, recordTape } from '../index.ts';
import { setFusedKernels } from './fused-kernels.ts';
import { relu6 } from './relu6.ts';

beforeAll(async () => {
  await loadEngine();
});
afterEach(() => setFusedKernels(true));

describe.each(routes)('relu6, %s', (route) => {
  test('gives the values and gradients of a loop', () => {
    setFusedKernels(route === 'fused');
    expectAgreement(relu6, (x) => (x as number[]).map((value) => Math.min(Math.max(value, 0), 6)), [input([2, 3, 3, 2], 1, 10)]);
  });

  test('no gradient passes at 0 and below, nor above 6', () => {
    setFusedKernels(route === 'fused');
    const x = tf.tensor1d([-1, 0, 2, 7]);
    const { result, tape } = recordTape(() => relu6(x));
    const [dx] = tape.pullback([{ output: result, cotangent: tf.tensor1d([5, 6, 7, 8]) }], [x], { last: true });
    expect(Array.from(result.dataSync())).toEqual([0, 0, 2, 6]);
    expect(Array.from(dx?.dataSync() ?? [])).toEqual([0, 0, 7, 0]);
  });
});
