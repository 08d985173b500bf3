import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../../contracts/model.ts';
import { changed, distance, expectThat, readStatistics } from '../take-step.ts';
import { type ModelCheck, type ModelSetting, outputsOf, randomImages } from './setting.ts';

/** What a model says about its batch norms. A model without running statistics passes. */
export function statisticsChecks(setting: ModelSetting): ModelCheck[] {
  return [
    { name: 'hands each running statistic over once a training pass, in groups once a group, and in an evaluation pass never', run: () => handsOver(setting) },
    { name: 'moves no running statistic itself', run: () => movesNone(setting) },
    {
      name: 'measures what it evaluates with: mean and unbiased variance, put in place under their names, give the training pass again',
      run: () => measuresTruly(setting),
    },
  ];
}

/** Pairs of names with their values, in the order of the pass. */
interface Measured {
  readonly mean: string;
  readonly variance: string;
  readonly means: Float32Array;
  readonly variances: Float32Array;
}

function measure(model: Model, images: tf.Tensor4D, groups?: readonly number[], training = true): Measured[] {
  const seen: Measured[] = [];
  tf.tidy(() => {
    model.apply(images, {
      training,
      ...(groups ? { groups } : {}),
      statistics: (names, mean, variance) =>
        void seen.push({ ...names, means: Float32Array.from(mean.dataSync()), variances: Float32Array.from(variance.dataSync()) }),
    });
  });
  return seen;
}

async function handsOver(setting: ModelSetting): Promise<void> {
  using model = await setting.create();
  const images = randomImages(setting, 4, 'statistics');
  const listed = [...model.weights.statistics.keys()];
  const expectCounts = (seen: readonly Measured[], expected: number, of: string) => {
    const names = seen.flatMap(({ mean, variance }) => [mean, variance]);
    const unknown = names.filter((name) => !listed.includes(name));
    expectThat(unknown.length === 0, `${of} hands over ${unknown.join(', ')}, which is none of its running statistics`);
    for (const name of listed) {
      const count = names.filter((other) => other === name).length;
      expectThat(count === expected, `${of} hands ${name} over ${count} times, expected ${expected}`);
    }
    for (const { mean, variance, means, variances } of seen) {
      const sizes = [mean, variance].map((name) => model.weights.get(name).size);
      expectThat(means.length === sizes[0] && variances.length === sizes[1], `${of} hands ${mean} over with ${means.length} values, expected ${sizes[0]}`);
      expectThat(means.every(Number.isFinite) && variances.every((value) => value >= 0), `${of} hands over a variance ${variance} below 0, or not finite`);
    }
  };
  try {
    expectCounts(measure(model, images), 1, 'a training pass');
    if (model.takesGroups) expectCounts(measure(model, images, [3, 1]), 2, 'a training pass of two groups');
    expectCounts(measure(model, images, undefined, false), 0, 'an evaluation pass');
  } finally {
    images.dispose();
  }
}

async function movesNone(setting: ModelSetting): Promise<void> {
  using model = await setting.create();
  const images = randomImages(setting, 3, 'statistics');
  const before = readStatistics(model.weights);
  for (const training of [true, false]) outputsOf(model, images, training);
  images.dispose();
  const moved = changed(before, readStatistics(model.weights));
  expectThat(moved.length === 0, `a pass moves ${moved.join(', ')}, expected the objective to do that, once a step`);
}

/**
 * A batch and the same batch twice have equal means and biased variances v; their unbiased ones, v N/(N − 1) and v 2N/(2N − 1), tell N and v. With mean and v
 * as running statistics the evaluation pass computes what the training pass did.
 */
async function measuresTruly(setting: ModelSetting): Promise<void> {
  using model = await setting.create();
  if (model.weights.statistics.size === 0) return;
  const images = randomImages(setting, 4, 'statistics');
  const twice = tf.concat([images, images]);
  try {
    const [once, doubled] = [measure(model, images), measure(model, twice)];
    const most = 4 * setting.size * setting.size;
    once.forEach(({ mean, variance, means, variances }, i) => {
      const ratio = median(variances.map((value, c) => (value > 0 ? value / ((doubled[i] as Measured).variances[c] as number) : Number.NaN)));
      const count = (2 * ratio - 1) / (2 * ratio - 2);
      const unbiased = ratio > 1 && count < 2 * most;
      expectThat(unbiased, `${variance} of a batch is ${ratio} times that of the same batch twice: it is divided by the count, expected count − 1`);
      assign(model, mean, means);
      assign(
        model,
        variance,
        variances.map((value) => (value * (count - 1)) / count),
      );
    });
    const off = distance(outputsOf(model, images, false), outputsOf(model, images, true));
    expectThat(
      off < 0.01,
      `with the statistics of a batch in place its evaluation differs by ${off.toExponential(2)} from its training pass: names are mixed up, or the passes normalize differently`,
    );
  } finally {
    tf.dispose([images, twice]);
  }
}

function assign(model: Model, name: string, values: Float32Array): void {
  const value = tf.tensor(values, model.weights.get(name).shape);
  model.weights.assign(name, value);
  value.dispose();
}

/** Of the numbers among the values. */
function median(values: Float32Array): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
