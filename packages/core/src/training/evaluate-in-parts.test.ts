import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Auxiliary } from '../contracts/loss.ts';
import type { EvaluateOptions, GradientOf, Objective } from '../contracts/objective.ts';
import { createRandom } from '../contracts/seed.ts';
import { Weights } from '../contracts/weights.ts';
import type { DomainBatch } from '../data/domain-batch.ts';
import { asymmetricTriplet } from '../losses/asymmetric-triplet.ts';
import { coral } from '../losses/coral.ts';
import { domainAdversarial } from '../losses/domain-adversarial.ts';
import { mmd } from '../losses/mmd.ts';
import { binaryRisk } from '../testing/binary-risk.ts';
import { goldenNet, type PlainTensors } from '../testing/golden-net.ts';
import { createProblem, type Problem } from '../testing/problem.ts';
import { smallNet } from '../testing/small-net.ts';
import { distance, readGradients, readStatistics } from '../testing/take-step.ts';
import { ermStep } from './erm-step.ts';
import { peakBytes } from './peak-bytes.ts';

beforeAll(async () => {
  await loadEngine();
});

/** Each domain has 3 samples in 2 views. */
const domains = 3;

describe.each([2, 3, 4, 9, 50])('a batch of 9 samples in %i parts', (accumulate) => {
  it.each<[string, GradientOf, EvaluateOptions]>([
    ['the full loss', 'full', {}],
    ['the auxiliary loss', 'auxiliary', {}],
    ['one domain', { domain: 'domain1' }, {}],
    ['a weighted sum', { risks: { domain0: 2, domain2: -0.5 }, auxiliary: 3 }, {}],
    ['separate forwards', 'full', { domains: 'separate' }],
    ['one domain alone', 'risk', { only: 'domain2' }],
    ["the head's weights", 'full', { withRespectTo: (name) => name.startsWith('head/') }],
  ])('has the values and the gradient of %s that the whole batch has, and leaves no tensor', (_, of, options) => {
    using problem = smallNet({ domains, auxiliary: 'owning', plain: true });
    const before = tf.memory().numTensors;
    {
      using whole = problem.objective(0).evaluate(options);
      using inParts = problem.objective(0, { accumulate }).evaluate(options);
      using expected = whole.gradient(of);
      using got = inParts.gradient(of);
      expect(got.names).toEqual(expected.names);
      expect(distance(readGradients(got), readGradients(expected))).toBeLessThan(1e-5);
      expect(inParts.domains).toEqual(whole.domains);
      whole.values.risks.forEach((risk, i) => {
        expect(inParts.values.risks[i]?.dataSync()[0]).toBeCloseTo(risk.dataSync()[0] as number, 6);
      });
      expect(inParts.values.auxiliary?.dataSync()[0] ?? 0).toBeCloseTo(whole.values.auxiliary?.dataSync()[0] ?? 0, 6);
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** Losses that compare samples of a batch with each other. */
const classes = ['attack', 'live'];
const comparing: readonly [string, Auxiliary][] = [
  ['asymmetric-triplet', asymmetricTriplet.create({ weight: 1, margin: 0.3, mining: 'all', normalize: true } as never, { classes }) as Auxiliary],
  ['coral', coral.create({ weight: 1 } as never, { classes }) as Auxiliary],
  ['mmd', mmd.create({ weight: 1, bandwidths: [0.1, 1, 10] }, { classes }) as Auxiliary],
  ['domain-adversarial', domainAdversarial.create({ weight: 1, reversal: 1, schedule: 'constant', hidden: [8], of: 'all' }, { classes }) as Auxiliary],
];

it.each(comparing)('%s sees the whole batch: its value and gradient are the same in 4 parts', (_, loss) => {
  using problem = convolutions({ auxiliaries: [loss] });
  using whole = problem.objective(0).evaluate();
  using inParts = problem.objective(0, { accumulate: 4 }).evaluate();
  using expected = whole.gradient('auxiliary');
  using got = inParts.gradient('auxiliary');
  expect(whole.values.auxiliary?.dataSync()[0]).toBeGreaterThan(1e-4);
  expect(inParts.values.auxiliary?.dataSync()[0]).toBeCloseTo(whole.values.auxiliary?.dataSync()[0] as number, 5);
  expect(distance(readGradients(got), readGradients(expected))).toBeLessThan(1e-4);
});

it('the statistics of a loss move once, as with the whole batch', () => {
  let moves = 0;
  const moving: Auxiliary = { role: 'auxiliary', value: ({ features }) => tf.mean(features) as tf.Scalar, moveStatistics: () => moves++ };
  using problem = convolutions({ auxiliaries: [moving] });
  ermStep(problem.objective(0, { accumulate: 4 }), () => {});
  expect(moves).toBe(1);
});

it('a gradient is that at the weights of the evaluation, wherever they are when it is asked for', () => {
  using problem = convolutions();
  using whole = problem.objective(0).evaluate();
  using inParts = problem.objective(0, { accumulate: 4 }).evaluate();
  using expected = whole.gradient('risk');
  using shift = expected.map((gradient) => tf.mul(gradient, 5));
  const [got, risks] = problem.weights.shifted(shift, () => {
    using gradient = inParts.gradient('risk');
    return [readGradients(gradient), inParts.values.risks.map((risk) => risk.dataSync()[0])];
  });
  expect(distance(got, readGradients(expected))).toBeLessThan(1e-5);
  risks.forEach((risk, i) => {
    expect(risk).toBeCloseTo(whole.values.risks[i]?.dataSync()[0] as number, 6);
  });
});

describe('batch norm', () => {
  it.each<[string, (objective: Objective) => void]>([
    ['a step', (objective) => ermStep(objective, () => {})],
    ['values alone', (objective) => void objective.evaluate()[Symbol.dispose]()],
  ])('measures each part by itself: after %s running statistics have moved by the mean of the parts, once', (_, use) => {
    // 2 samples of one view with the pixels 1 and 3: part means 1 and 3, whole mean 2; running mean 0 -> 0.1 · 2.
    using problem = ofTwoPixels();
    use(problem.objective(0, { accumulate: 2 }));
    const { mean } = Object.fromEntries([...readStatistics(problem.weights)].map(([name, [value]]) => [name, value]));
    expect(mean).toBeCloseTo(0.2, 6);
  });

  it('does not move them at ascending points', () => {
    using problem = ofTwoPixels();
    using there = problem.objective(0, { accumulate: 2 }).evaluate({ statistics: 'keep' });
    there.gradient('risk')[Symbol.dispose]();
    expect([...readStatistics(problem.weights).values()].map(([value]) => value)).toEqual([0, 0]);
  });
});

it('4 parts take less than half of the memory of a step on the whole batch, with and without an auxiliary loss', () => {
  const size: Auxiliary = { role: 'auxiliary', value: ({ features }) => tf.mean(tf.square(features)) as tf.Scalar };
  for (const auxiliaries of [[], [size]]) {
    using problem = convolutions({ auxiliaries, image: 32, channels: 16, each: 8 });
    const bytes = (accumulate: number) => peakBytes(() => ermStep(problem.objective(0, { accumulate }), () => {}));
    const [whole, inParts] = [bytes(1), bytes(4)];
    expect(inParts).toBeLessThan(whole / 2);
  }
});

/** Two convolutions without norms, and one batch of two domains with as many samples of each label. */
function convolutions({
  auxiliaries = [],
  image = 8,
  channels = 6,
  each = 4,
}: Partial<Record<'image' | 'channels' | 'each', number>> & { auxiliaries?: readonly Auxiliary[] } = {}): Problem {
  const draw = (name: string, shape: number[]) => {
    const random = createRandom(['convolutions', name]);
    return { shape, data: Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0.4 * random.normal()) };
  };
  const weights: PlainTensors = {
    'conv1/kernel': draw('conv1', [3, 3, 2, channels]),
    'conv2/kernel': draw('conv2', [3, 3, channels, channels]),
    'head/kernel': draw('head', [channels, 1]),
  };
  const n = 2 * each;
  const images = tf.tensor4d(draw('images', [n, image, image, 2]).data, [n, image, image, 2]);
  const batch: DomainBatch = {
    images,
    labels: Int32Array.from({ length: n }, (_, i) => i % 2),
    domains: Int32Array.from({ length: n }, (_, i) => Number(i >= each)),
    views: 1,
    [Symbol.dispose]: () => images.dispose(),
  };
  return createProblem({ model: goldenNet(weights, {}, 1e-5), risk: binaryRisk(4), auxiliaries, domains: ['domain0', 'domain1'], batches: [batch] });
}

/** A network of one weight that reports the mean of its pixels as a batch norm does. */
function ofTwoPixels(): Problem {
  const images = tf.tensor4d([1, 3], [2, 1, 1, 1]);
  const weights = new Weights({ kernel: tf.tensor2d([1], [1, 1]) }, { mean: tf.zeros([1]), variance: tf.zeros([1]) });
  return createProblem({
    model: {
      weights,
      apply(pixels, pass) {
        const features = tf.reshape(pixels, [-1, 1]) as tf.Tensor2D;
        pass.statistics?.({ mean: 'mean', variance: 'variance' }, tf.mean(features, 0) as tf.Tensor1D, tf.zeros([1]));
        return { features, logits: tf.matMul(features, weights.get('kernel') as unknown as tf.Tensor2D) as tf.Tensor2D };
      },
      [Symbol.dispose]: () => weights[Symbol.dispose](),
    },
    risk: binaryRisk(1),
    auxiliaries: [],
    domains: ['domain0'],
    batches: [{ images, labels: Int32Array.of(0, 1), domains: Int32Array.of(0, 0), views: 1, [Symbol.dispose]: () => images.dispose() }],
  });
}
