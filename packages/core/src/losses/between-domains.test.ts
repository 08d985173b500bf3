import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { completeOptions } from '../configuration/complete-options.ts';
import type { Auxiliary, LossDefinition } from '../contracts/loss.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import { createRandom } from '../contracts/seed.ts';
import { auxiliaryBatch } from '../testing/auxiliary-batch.ts';
import { binaryRisk } from '../testing/binary-risk.ts';
import { checkGradients } from '../testing/check-gradients.ts';
import { goldenNet } from '../testing/golden-net.ts';
import { createProblem } from '../testing/problem.ts';
import { coral } from './coral.ts';
import { mmd } from './mmd.ts';

beforeAll(async () => {
  await loadEngine();
});

const make = (definition: unknown, options: object = {}): Auxiliary =>
  (definition as LossDefinition).create(completeOptions(definition as AnyItem, options as never) as never, { classes: ['attack', 'live'] }) as Auxiliary;

/** The value on features of one view, by row and its domain. */
function penaltyOf(loss: Auxiliary, rows: readonly (readonly number[])[], domains: readonly number[], views = 1): number {
  const features = tf.tensor2d(rows as number[][]);
  return tf.tidy(() => loss.value(auxiliaryBatch({ features, labels: domains.map(() => 0), domains, views })).dataSync()[0] as number);
}

const kernel = (squaredDistance: number) => [0.001, 0.01, 0.1, 1, 10, 100, 1000].reduce((sum, s) => sum + Math.exp(-s * squaredDistance), 0);

describe('coral', () => {
  it('of 1, 3 and 0, 4, 8 is (2 - 4)² + (2 - 16)² = 200: means 2 and 4, variances 2 and 16', () => {
    expect(penaltyOf(make(coral), [[1], [3], [0], [4], [8]], [0, 0, 1, 1, 1])).toBeCloseTo(200, 3);
    expect(penaltyOf(make(coral, { weight: 0.5 }), [[0], [1], [4], [3], [8]], [1, 0, 1, 0, 1])).toBeCloseTo(100, 3);
  });

  it('counts features once, and pairs of features for the covariances: mean over d and over d²', () => {
    // Domain 0: (0,0), (2,2): mean (1,1), covariance all 2. Domain 1: (0,0), (2,-2): mean (1,-1), covariance 2 and -2.
    const rows = [
      [0, 0],
      [2, 2],
      [0, 0],
      [2, -2],
    ];
    expect(penaltyOf(make(coral), rows, [0, 0, 1, 1])).toBeCloseTo(4 / 2 + (16 + 16) / 4, 5);
  });

  it('is the mean over the pairs of the domains present, whatever their numbers in the experiment', () => {
    // Means 0, 1, 3; no variance: (1 + 9 + 4) / 3.
    const rows = [[0], [0], [1], [1], [3], [3]];
    expect(penaltyOf(make(coral), rows, [0, 0, 1, 1, 2, 2])).toBeCloseTo(14 / 3, 5);
    expect(penaltyOf(make(coral), rows, [5, 5, 0, 0, 3, 3])).toBeCloseTo(14 / 3, 5);
    expect(penaltyOf(make(coral), rows.slice(0, 4), [0, 0, 2, 2])).toBeCloseTo(1, 5);
  });

  it('takes the covariance of a single row as 0', () => {
    expect(penaltyOf(make(coral), [[1], [3]], [0, 1])).toBeCloseTo(4, 5);
  });
});

describe('mmd', () => {
  it('of one row each is 2 k(0) - 2 k(distance²)', () => {
    expect(penaltyOf(make(mmd), [[0], [0.5]], [0, 1])).toBeCloseTo(14 - 2 * kernel(0.25), 4);
    expect(penaltyOf(make(mmd, { weight: 3, bandwidths: [1] }), [[0], [2]], [0, 1])).toBeCloseTo(3 * (2 - 2 * Math.exp(-4)), 5);
  });

  it('of several rows and three domains is the mean over the pairs of the means over their rows', () => {
    const domains = [
      [[0, 0]],
      [
        [1, 0.5],
        [0.2, -1],
      ],
      [
        [0.3, 0.3],
        [2, 0],
        [-1, 0.4],
      ],
    ] as const;
    const mean = (x: readonly (readonly number[])[], y: readonly (readonly number[])[]) =>
      x
        .flatMap((a) => y.map((b) => kernel(((a[0] as number) - (b[0] as number)) ** 2 + ((a[1] as number) - (b[1] as number)) ** 2)))
        .reduce((s, v) => s + v, 0) /
      (x.length * y.length);
    const pair = (i: number, j: number) => {
      const [x, y] = [domains[i], domains[j]] as [readonly (readonly number[])[], readonly (readonly number[])[]];
      return mean(x, x) + mean(y, y) - 2 * mean(x, y);
    };
    const rows = domains.flat();
    const of = domains.flatMap((one, i) => one.map(() => i));
    expect(penaltyOf(make(mmd), rows, of)).toBeCloseTo((pair(0, 1) + pair(0, 2) + pair(1, 2)) / 3, 4);
  });

  it('does not feel where the features lie: far from the origin rounding makes no difference', () => {
    const rows = [[0], [0.25], [0.5], [1]];
    const near = penaltyOf(make(mmd), rows, [0, 0, 1, 1]);
    expect(
      penaltyOf(
        make(mmd),
        rows.map(([x]) => [(x as number) + 1000]),
        [0, 0, 1, 1],
      ),
    ).toBeCloseTo(near, 5);
  });

  it('refuses no bandwidths, and one of 0', () => {
    expect(() => make(mmd, { bandwidths: [] })).toThrow("Cannot make loss 'mmd'");
    expect(() => make(mmd, { bandwidths: [0] })).toThrow("Cannot make loss 'mmd'");
  });
});

describe.each([
  ['coral', coral],
  ['mmd', mmd],
] as const)('%s', (_, definition) => {
  it('of equal domains, of one domain and of none is 0', () => {
    const rows = [
      [1, 2],
      [3, -1],
      [1, 2],
      [3, -1],
    ];
    expect(penaltyOf(make(definition), rows, [0, 0, 1, 1])).toBeCloseTo(0, 5);
    expect(penaltyOf(make(definition), rows, [1, 1, 1, 1])).toBe(0);
  });

  it('finds the rows of a domain in every view', () => {
    const [a, b, c, d] = [
      [1, 0],
      [0, 2],
      [3, 1],
      [-1, 1],
    ] as const;
    const rows = [a, b, c, d];
    // Two samples in two views: rows 0 and 2 are of the first, 1 and 3 of the second.
    expect(penaltyOf(make(definition), rows, [0, 1], 2)).toBeCloseTo(penaltyOf(make(definition), [a, c, b, d], [0, 0, 1, 1]), 5);
  });

  it.each([undefined, 1])('has gradients that agree with central differences, domain %s being absent, and leaks no tensor', (absent) => {
    const before = tf.memory().numTensors;
    {
      using problem = networkWith(make(definition), absent);
      for (const mode of ['joint', 'separate'] as const) checkGradients(problem.objective(0), problem.weights, { mode, step: 3e-3 });
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('has no gradient where one domain is in the batch', () => {
    using problem = networkWith(make(definition), 0, 2);
    using here = problem.objective(0).evaluate();
    using gradient = here.gradient('auxiliary');
    expect([here.values.auxiliary?.dataSync()[0], gradient.names]).toEqual([0, []]);
  });
});

/** A small network whose auxiliary loss is this one, on a batch of three samples per domain in two views. */
function networkWith(loss: Auxiliary, absent?: number, k = 3) {
  const random = createRandom(['between-domains']);
  const draw = (...shape: number[]) => ({ shape, data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.5 * random.normal()) });
  const filled = (size: number, value: number) => ({ shape: [size], data: Array.from({ length: size }, () => value) });
  const domains = Array.from({ length: k }, (_, i) => i).filter((i) => i !== absent);
  const rows = domains.flatMap((i) => [i, i, i]);
  const images = draw(2 * rows.length, 6, 6, 2);
  const tensor = tf.tensor4d(images.data, images.shape as [number, number, number, number]);
  return createProblem({
    model: goldenNet(
      {
        'conv1/kernel': draw(3, 3, 2, 4),
        'bn1/gamma': filled(4, 1),
        'bn1/beta': filled(4, 0.1),
        'conv2/kernel': draw(3, 3, 4, 5),
        'bn2/gamma': filled(5, 1),
        'bn2/beta': filled(5, 0.2),
        'head/kernel': draw(5, 1),
      },
      { 'bn1/movingMean': filled(4, 0), 'bn1/movingVariance': filled(4, 1), 'bn2/movingMean': filled(5, 0), 'bn2/movingVariance': filled(5, 1) },
      1e-5,
    ),
    risk: binaryRisk(8),
    auxiliaries: [loss],
    domains: Array.from({ length: k }, (_, i) => `domain${i}`),
    batches: [
      {
        images: tensor,
        labels: Int32Array.from(rows, (_, i) => i % 2),
        domains: Int32Array.from(rows),
        views: 2,
        [Symbol.dispose]: () => tensor.dispose(),
      },
    ],
  });
}
