import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Gradients } from '../contracts/gradients.ts';
import { Gradients as Direction } from '../contracts/gradients.ts';
import { createRandom } from '../contracts/seed.ts';
import { checkGradients } from '../testing/check-gradients.ts';
import { quadraticProblem } from '../testing/quadratic-problem.ts';
import { smallNet } from '../testing/small-net.ts';
import { changed, distance, readGradients, readStatistics, readWeights } from '../testing/take-step.ts';

beforeAll(async () => {
  await loadEngine();
});

describe.each(['joint', 'separate'] as const)('%s forwards', (mode) => {
  it.each([1, 2, 3, 4])('of %i domains give gradients that agree with central differences, and leave weights and statistics alone', (domains) => {
    using problem = smallNet({ domains, auxiliary: true });
    const before = [readWeights(problem.weights), readStatistics(problem.weights)] as const;
    checkGradients(problem.objective(0), problem.weights, { mode, step: 3e-3 });
    expect([changed(before[0], readWeights(problem.weights)), changed(before[1], readStatistics(problem.weights))]).toEqual([[], []]);
  });

  it('a weighted sum of risks and auxiliary loss is the weighted sum of their gradients, in one pullback', () => {
    using problem = smallNet({ domains: 3, auxiliary: true });
    using here = problem.objective(0).evaluate({ domains: mode });
    const part = (gradients: Gradients) => gradients;
    using g0 = part(here.gradient({ domain: 'domain0' }));
    using g2 = part(here.gradient({ domain: 'domain2' }));
    using auxiliary = part(here.gradient('auxiliary'));
    using sum = Direction.combine([
      [2, g0],
      [-0.5, g2],
      [3, auxiliary],
    ]);
    using weighted = here.gradient({ risks: { domain0: 2, domain2: -0.5 }, auxiliary: 3 });
    expect(distance(readGradients(weighted), readGradients(sum))).toBeLessThan(1e-5);
  });
});

describe('one domain alone', () => {
  it('has the gradient that it has among separate forwards, no auxiliary value, and costs no tensor', () => {
    using problem = smallNet({ domains: 3, auxiliary: true });
    const before = tf.memory().numTensors;
    {
      using all = problem.objective(0).evaluate({ domains: 'separate', statistics: 'keep' });
      using alone = problem.objective(0).evaluate({ only: 'domain1', statistics: 'keep' });
      expect([alone.domains, alone.sources, alone.values.auxiliary]).toEqual([['domain1'], 3, undefined]);
      using expected = all.gradient({ domain: 'domain1' });
      using got = alone.gradient('risk');
      expect(distance(readGradients(got), readGradients(expected))).toBeLessThan(1e-6);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('that is not in the batch is an error', () => {
    using problem = smallNet({ domains: 3, absent: 1 });
    expect(() => problem.objective(0).evaluate({ only: 'domain1' })).toThrow("Cannot evaluate domain 'domain1' alone: the batch has no sample of it");
  });
});

it('a loss whose gradient lies is found out', () => {
  using problem = quadraticProblem({ domains: [{ curvature: [1, 2], center: [1, 0] }], at: [0, 1] });
  const objective = problem.objective(0);
  checkGradients(objective, problem.weights);
  const random = createRandom(['lie']);
  const lying = {
    evaluate: (options: Parameters<typeof objective.evaluate>[0]) => {
      const evaluation = objective.evaluate(options);
      return { ...evaluation, gradient: () => new Direction(new Map([['first', tf.tensor1d([random.uniform(3, 4)])]])) };
    },
  };
  expect(() => checkGradients(lying, problem.weights)).toThrow(/the gradient of 'full' says .* central differences say/);
});
