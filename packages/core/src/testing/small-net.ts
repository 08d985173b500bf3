import * as tf from '@tensorflow/tfjs-core';
import type { Auxiliary } from '../contracts/loss.ts';
import { createRandom, type Random } from '../contracts/seed.ts';
import { Weights } from '../contracts/weights.ts';
import type { DomainBatch } from '../data/domain-batch.ts';
import { binaryRisk } from './binary-risk.ts';
import { goldenNet, type PlainTensor, type PlainTensors } from './golden-net.ts';
import { createProblem, type Problem } from './problem.ts';

/** Variations of the small network's problem. */
export interface SmallNetOptions {
  /** k. */
  readonly domains: number;
  /** Adds an auxiliary loss on the features; `owning`: one on features and logits, with weights of its own. Default: false. */
  readonly auxiliary?: boolean | 'owning';
  /** A domain (0 .. k - 1) of which no batch has a sample. */
  readonly absent?: number;
  /** Lists the same domains, or the same weights, in reverse. */
  readonly reversed?: { readonly domains?: boolean; readonly parameters?: boolean };
  /** Without batch norm: no row of a batch has a part in the outputs of another. */
  readonly plain?: boolean;
  /** A weight `spare/kernel` that nothing depends on. */
  readonly spare?: boolean;
}

const channels = { images: 2, first: 4, second: 5 };
const image = 6;
const perDomain = 3;
const views = 2;

/**
 * Two convolutions with batch norm and a cosine head (goldenNet), random weights, three batches of three samples per domain in two views. All values depend
 * only on the names of weights and domains, not on their order.
 */
export function smallNet({ domains: k, auxiliary = false, absent, reversed = {}, spare = false, plain = false }: SmallNetOptions): Problem {
  const listed = Array.from({ length: k }, (_, i) => `domain${i}`);
  const domains = reversed.domains ? [...listed].reverse() : listed;
  const shapes: Record<string, number[]> = {
    'conv1/kernel': [3, 3, channels.images, channels.first],
    ...(plain ? {} : { 'bn1/gamma': [channels.first], 'bn1/beta': [channels.first] }),
    'conv2/kernel': [3, 3, channels.first, channels.second],
    ...(plain ? {} : { 'bn2/gamma': [channels.second], 'bn2/beta': [channels.second] }),
    'head/kernel': [channels.second, 1],
    ...(spare ? { 'spare/kernel': [4, 3] } : {}),
  };
  const entries = Object.entries(shapes).map(([name, shape]) => [name, randomTensor(name, shape)] as const);
  const statistics: PlainTensors = plain
    ? {}
    : {
        'bn1/movingMean': filled(channels.first, 0),
        'bn1/movingVariance': filled(channels.first, 1),
        'bn2/movingMean': filled(channels.second, 0),
        'bn2/movingVariance': filled(channels.second, 1),
      };
  return createProblem({
    model: goldenNet(Object.fromEntries(reversed.parameters ? entries.reverse() : entries), statistics, 1e-5),
    risk: binaryRisk(8),
    auxiliaries: auxiliary === 'owning' ? [distanceFromCenter] : auxiliary ? [featureSize] : [],
    domains,
    batches: [0, 1, 2].map((step) =>
      randomBatch(
        step,
        domains,
        listed.filter((_, i) => i !== absent),
      ),
    ),
  });
}

/** Mean square of the features. */
const featureSize: Auxiliary = { role: 'auxiliary', value: ({ features }) => tf.mul(0.5, tf.mean(tf.square(features))) as tf.Scalar };

/** Mean square distance of features and logits from centers that the loss owns, one for each domain. */
const distanceFromCenter: Auxiliary = {
  role: 'auxiliary',
  createWeights: ({ features, logits, domains, random }) => {
    const draw = random('centers');
    const size = features + logits;
    return new Weights({
      centers: tf.tensor2d(
        Float32Array.from({ length: domains.length * size }, () => draw.normal()),
        [domains.length, size],
      ),
    });
  },
  value({ features, logits, domains, views: each, weights }) {
    const own = tf.gather(weights.get('centers'), tf.tile(tf.tensor1d(domains, 'int32'), [each]));
    return tf.mul(0.1, tf.mean(tf.squaredDifference(tf.concat([features, logits], 1), own))) as tf.Scalar;
  },
};

function randomTensor(name: string, shape: readonly number[]): PlainTensor {
  const random = createRandom(['small-net', name]);
  const size = shape.reduce((product, side) => product * side, 1);
  const around = name.endsWith('gamma') ? 1 : 0;
  return { shape: [...shape], data: Array.from({ length: size }, () => around + 0.4 * random.normal()) };
}

function filled(length: number, value: number): PlainTensor {
  return { shape: [length], data: Array.from({ length }, () => value) };
}

/** Samples of the domains present, in the order of their names; the second views follow the first. */
function randomBatch(step: number, domains: readonly string[], present: readonly string[]): DomainBatch {
  const rows = present.flatMap((domain) => Array.from({ length: perDomain }, (_, sample) => ({ domain, sample })));
  const pixels = Array.from({ length: views }, (_, view) => rows.flatMap(({ domain, sample }) => randomImage(step, domain, sample, view))).flat();
  const images = tf.tensor4d(pixels, [views * rows.length, image, image, channels.images]);
  return {
    images,
    labels: Int32Array.from(rows, ({ sample }) => (sample + step) % 2),
    domains: Int32Array.from(rows, ({ domain }) => domains.indexOf(domain)),
    views,
    [Symbol.dispose]: () => images.dispose(),
  };
}

/** Each domain has its own brightness and contrast. */
function randomImage(step: number, domain: string, sample: number, view: number): number[] {
  const own: Random = createRandom(['small-net', domain]);
  const [brightness, contrast] = [own.normal(), own.uniform(0.5, 2)];
  const random = createRandom(['small-net', domain, step, sample, view]);
  return Array.from({ length: image * image * channels.images }, () => brightness + contrast * random.normal());
}
