import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Gradients } from '../contracts/gradients.ts';
import { Gradients as Direction } from '../contracts/gradients.ts';
import type { Auxiliary } from '../contracts/loss.ts';
import type { Model } from '../contracts/model.ts';
import { createRandom } from '../contracts/seed.ts';
import { Weights } from '../contracts/weights.ts';
import { binaryRisk } from '../testing/binary-risk.ts';
import { checkGradients } from '../testing/check-gradients.ts';
import { quadraticProblem } from '../testing/quadratic-problem.ts';
import { smallNet } from '../testing/small-net.ts';
import { changed, distance, readGradients, readStatistics, readWeights } from '../testing/take-step.ts';
import { createObjective } from './create-objective.ts';
import { createTrainedWeights } from './trained-weights.ts';

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

describe('a loss that owns weights', () => {
  it.each(['joint', 'separate'] as const)('%s: has gradients in the model and in its own weights that agree with central differences', (mode) => {
    const before = tf.memory().numTensors;
    {
      using problem = smallNet({ domains: 3, auxiliary: 'owning' });
      checkGradients(problem.objective(0), problem.weights, { mode, step: 3e-3 });
      using here = problem.objective(0).evaluate({ domains: mode, statistics: 'keep' });
      using ofAuxiliary = here.gradient('auxiliary');
      using ofRisk = here.gradient('risk');
      expect([ofAuxiliary.names.includes('losses/loss0/centers'), ofRisk.names.includes('losses/loss0/centers')]).toEqual([true, false]);
      problem.weights.freeze(['losses/loss0/centers']);
      using frozen = problem.objective(0).evaluate({ domains: mode, statistics: 'keep' });
      using without = frozen.gradient('auxiliary');
      expect(without.names).toEqual(ofAuxiliary.names.filter((name) => name !== 'losses/loss0/centers'));
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** Logits 10 · pixel and features = pixel, of four one-pixel images of two domains, mixed, in two views. */
function pixels(auxiliaries: readonly Auxiliary[], progress?: number) {
  const weights = new Weights({ 'head/w': tf.scalar(10) });
  const model: Model = {
    weights,
    apply(images) {
      const features = tf.reshape(images, [-1, 1]) as tf.Tensor2D;
      return { features, logits: tf.mul(features, weights.get('head/w')) as tf.Tensor2D };
    },
    [Symbol.dispose]: () => weights[Symbol.dispose](),
  };
  const images = tf.tensor4d([1, 2, 3, 4, 5, 6], [6, 1, 1, 1]);
  const batch = { images, labels: Int32Array.of(0, 1, 0), domains: Int32Array.of(1, 0, 1), views: 2, [Symbol.dispose]: () => images.dispose() };
  const trained = createTrainedWeights({
    model,
    auxiliaries,
    names: auxiliaries.map(() => 'seen'),
    image: { size: 1, channels: 1 },
    domains: ['a', 'b'],
    classes: ['attack', 'live'],
    random: (name) => createRandom([name]),
  });
  const risk = binaryRisk(1);
  const objective = createObjective({ model, risk, auxiliaries, trained, domains: ['a', 'b'], batch, ...(progress === undefined ? {} : { progress }) });
  return Object.assign(objective, {
    trained,
    [Symbol.dispose]() {
      trained[Symbol.dispose]();
      model[Symbol.dispose]();
      batch[Symbol.dispose]();
    },
  });
}

describe('an auxiliary loss', () => {
  it.each(['joint', 'separate'] as const)('%s: sees features and logits in the order of the batch, labels, domains, views and the progress', (domains) => {
    const seen: unknown[] = [];
    const loss: Auxiliary = {
      role: 'auxiliary',
      value({ features, logits, labels, domains: of, views, progress }) {
        seen.push([...features.dataSync()], [...logits.dataSync()], [...labels], [...of], views, progress);
        return tf.scalar(0);
      },
    };
    using objective = pixels([loss], 0.25);
    objective.evaluate({ domains })[Symbol.dispose]();
    expect(seen).toEqual([[1, 2, 3, 4, 5, 6], [10, 20, 30, 40, 50, 60], [0, 1, 0], [1, 0, 1], 2, 0.25]);
  });

  it('moves its statistics once a step, at the weights: 0.9 · 0 + 0.1 · the mean feature 3.5', () => {
    const memory: Auxiliary = {
      role: 'auxiliary',
      createWeights: () => new Weights({}, { mean: tf.scalar(0) }),
      value: ({ features, weights }) => tf.mean(tf.sub(features, weights.get('mean'))),
      moveStatistics({ features, weights }) {
        weights.assign('mean', tf.add(tf.mul(weights.get('mean'), 0.9), tf.mul(tf.mean(features), 0.1)));
      },
    };
    using objective = pixels([memory, memory]);
    const before = tf.memory().numTensors;
    for (const statistics of ['update', 'keep', 'keep'] as const) objective.evaluate({ statistics })[Symbol.dispose]();
    expect(tf.memory().numTensors).toBe(before);
    const names = ['losses/seen/mean', 'losses/seen-2/mean'];
    expect([...objective.trained.all.statistics.keys()]).toEqual(names);
    for (const name of names) expect(objective.trained.all.get(name).dataSync()[0]).toBeCloseTo(0.35, 6);
  });

  it('whose model has a weight under losses/ is refused', () => {
    const weights = new Weights({ 'losses/w': tf.scalar(1) });
    const model = { weights, apply: () => ({ features: tf.zeros([1, 1]), logits: tf.zeros([1, 1]) }), [Symbol.dispose]: () => {} } as unknown as Model;
    const options = { model, auxiliaries: [], names: [], image: { size: 1, channels: 1 }, domains: ['a'], classes: ['x', 'y'] };
    expect(() => createTrainedWeights({ ...options, random: (name) => createRandom([name]) })).toThrow(
      "Cannot train the model: its weight is named 'losses/w', expected a name outside losses/, where the weights of losses are",
    );
    weights[Symbol.dispose]();
  });
});
