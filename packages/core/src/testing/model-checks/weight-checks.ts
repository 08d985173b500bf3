import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../../contracts/model.ts';
import type { Weights } from '../../contracts/weights.ts';
import { decodeSafetensors, encodeSafetensors } from '../../files/safetensors.ts';
import { describesItself, refusesInvalidOptions } from '../optimizer-checks/declaration-checks.ts';
import { changed, expectThat, type PlainValues } from '../take-step.ts';
import { type ModelCheck, type ModelSetting, outputsOf, randomImages } from './setting.ts';

/** What a model is called, and what it is made of. */
export function weightChecks(setting: ModelSetting): ModelCheck[] {
  return [
    { name: 'has a kebab-case name and a summary of one line', run: async () => describesItself(setting) },
    { name: 'takes its defaults, and refuses every option that its schema does not allow', run: async () => refusesInvalidOptions(setting) },
    { name: 'names its weights uniquely, as paths, the last layer under head/', run: () => namesWeights(setting) },
    { name: 'draws each initial weight from the generator of its name: the same seed, the same weights', run: () => drawsByName(setting) },
    { name: 'computes the same with its weights saved and loaded into another of its kind', run: () => savesAndLoads(setting) },
  ];
}

async function namesWeights(setting: ModelSetting): Promise<void> {
  using model = await setting.create();
  const { parameters, statistics } = model.weights;
  const names = [...parameters.keys(), ...statistics.keys()];
  const odd = names.filter((name) => !/^[A-Za-z0-9_]+([/.-][A-Za-z0-9_]+)*$/.test(name));
  expectThat(odd.length === 0, `the weight names ${odd.join(', ')} are no paths such as layer1/0/conv1/kernel`);
  expectThat(new Set(names).size === names.length, 'a name stands for two weights, expected each name once');
  const folders = new Set(names.flatMap((name) => [...name.matchAll(/\//g)].map(({ index }) => name.slice(0, index))));
  const both = names.filter((name) => folders.has(name));
  expectThat(both.length === 0, `${both.join(', ')} is a weight and the path of others, expected one of them`);
  expectThat(
    [...parameters.keys()].some((name) => name.startsWith('head/')),
    "no weight lies under head/, where recipes expect the last layer's ('head/**')",
  );
  for (const name of names) {
    const variable = model.weights.get(name);
    expectThat(variable.dtype === 'float32', `${name} is ${variable.dtype}, expected float32`);
    expectThat(variable.dataSync().every(Number.isFinite), `${name} begins with values that are not finite`);
  }
}

async function drawsByName(setting: ModelSetting): Promise<void> {
  using one = await setting.create();
  using again = await setting.create();
  const [first, second] = [readAll(one.weights), readAll(again.weights)];
  expectThat([...first.keys()].join() === [...second.keys()].join(), 'two models of the same options name their weights differently');
  const unequal = changed(first, second);
  expectThat(unequal.length === 0, `the same seed gives ${unequal.join(', ')} other values`);
  using other = await setting.create({ seed: 2 });
  const drawn = changed(first, readAll(other.weights));
  expectThat(drawn.length > 0, 'another seed gives the same weights, expected random ones');
  using wide = await setting.create({ logits: 3 });
  const moved = changed(first, readAll(wide.weights)).filter((name) => !name.startsWith('head/'));
  expectThat(moved.length === 0, `with three logits ${moved.join(', ')} begins with other values, expected each to be drawn by random(its name)`);
}

async function savesAndLoads(setting: ModelSetting): Promise<void> {
  using trained = await setting.create();
  using other = await setting.create({ seed: 2 });
  disturb(trained);
  const images = randomImages(setting, 3, 'save');
  try {
    // Whatever it might keep from a pass, it keeps now.
    for (const training of [true, false]) outputsOf(other, images, training);
    const file = encodeSafetensors(
      Object.fromEntries([...readAll(trained.weights)].map(([name, data]) => [name, { shape: trained.weights.get(name).shape, data }])),
    );
    for (const [name, { shape, data }] of Object.entries(decodeSafetensors(file, 'the saved model').tensors)) {
      const value = tf.tensor(data, [...shape], 'float32');
      other.weights.assign(name, value);
      value.dispose();
    }
    for (const training of [false, true]) {
      const off = changed(outputsOf(trained, images, training), outputsOf(other, images, training));
      const pass = training ? 'a training pass' : 'an evaluation pass';
      expectThat(off.length === 0, `after loading, ${off.join(' and ')} of ${pass} differ, expected every bit alike: something is kept outside the weights`);
    }
  } finally {
    images.dispose();
  }
}

/** Every weight and statistic gets values of its own, so that none can be forgotten unseen. Variances stay positive. */
function disturb({ weights }: Model): void {
  const shifted = (of: tf.Tensor) => tf.add(of, tf.reshape(tf.mul(tf.cos(tf.range(1, of.size + 1)), 0.05), of.shape));
  for (const [name, variable] of [...weights.parameters, ...weights.statistics]) {
    const moved = tf.tidy(() => (weights.parameters.has(name) ? shifted(variable) : tf.abs(shifted(variable))));
    weights.assign(name, moved);
    moved.dispose();
  }
}

function readAll({ parameters, statistics }: Weights): PlainValues {
  return new Map([...parameters, ...statistics].map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]));
}
