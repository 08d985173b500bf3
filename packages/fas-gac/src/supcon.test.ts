import { type Auxiliary, createRandom } from '@gradalign/core';
import { binaryRisk, createProblem, goldenNet, lossChecks } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { supcon } from './supcon.ts';

beforeAll(async () => {
  await loadEngine();
});

describe('supcon, any loss', () => {
  for (const check of lossChecks(supcon)) it(check.name, check.run);
});

it('compares all views of the batch with each other, also where it goes through the network in 3 parts', () => {
  const draw = (name: string, shape: readonly number[]) => {
    const random = createRandom(['supcon', name]);
    return { shape: [...shape], data: Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0.4 * random.normal()) };
  };
  const model = goldenNet({ 'conv1/kernel': draw('1', [3, 3, 1, 4]), 'conv2/kernel': draw('2', [3, 3, 4, 4]), 'head/kernel': draw('3', [4, 1]) }, {}, 1e-5);
  const images = tf.tensor4d(draw('images', [16, 6, 6, 1]).data, [16, 6, 6, 1]);
  const [labels, domains] = [Int32Array.of(0, 0, 1, 1, 0, 0, 1, 1), Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1)];
  const loss = supcon.create({ weight: 1, temperature: 0.1, baseTemperature: 0.07 }, { classes: ['attack', 'live'] }) as Auxiliary;
  const batch = { images, labels, domains, views: 2, [Symbol.dispose]: () => images.dispose() };
  using problem = createProblem({ model, risk: binaryRisk(4), auxiliaries: [loss], domains: ['a', 'b'], batches: [batch] });
  const [whole, inParts] = [1, 3].map((accumulate) => {
    using here = problem.objective(0, { accumulate }).evaluate();
    using gradient = here.gradient('auxiliary');
    return [...(here.values.auxiliary?.dataSync() ?? []), ...[...gradient.byName.values()].flatMap((values) => [...values.dataSync()])];
  }) as [number[], number[]];
  expect(whole[0]).toBeGreaterThan(1);
  expect(inParts).toHaveLength(whole.length);
  inParts.forEach((value, i) => {
    expect(value).toBeCloseTo(whole[i] as number, 4);
  });
});
