import * as tf from '@tensorflow/tfjs-core';
import type { Pass } from '../../contracts/model.ts';
import { changed, distance, expectThat } from '../take-step.ts';
import { type ModelCheck, type ModelSetting, outputsOf, randomImages } from './setting.ts';

/** What one pass gives, and leaves. */
export function passChecks(setting: ModelSetting): ModelCheck[] {
  return [
    { name: 'gives features [n, d] and logits [n, logits], for images in color and in gray', run: () => shapes(setting) },
    { name: 'gives the same bits in two passes, and in an evaluation pass the same for an image whatever is beside it', run: () => repeats(setting) },
    { name: 'reads its weights anew in every pass', run: () => readsAnew(setting) },
    { name: 'where it is cut at its last spatial map, gives the same bits as in one piece', run: () => halves(setting) },
    { name: 'leaks no tensor, also after a throw inside, and disposes none of its inputs', run: () => leaksNothing(setting) },
  ];
}

async function shapes(setting: ModelSetting): Promise<void> {
  for (const { channels, logits, n } of [
    { channels: 3, logits: 1, n: 2 },
    { channels: 1, logits: 3, n: 3 },
  ]) {
    using model = await setting.create({ channels, logits });
    const images = randomImages({ ...setting, channels }, n, 'shapes');
    for (const training of [false, true]) {
      const [features, out] = tf.tidy(() => {
        const output = model.apply(images, { training });
        return [output.features.shape as number[], output.logits.shape as number[]];
      }) as [number[], number[]];
      const of = `of ${n} images with ${channels} channels`;
      expectThat(features.length === 2 && features[0] === n, `the features ${of} have shape [${features}], expected [${n}, d]`);
      expectThat(out.length === 2 && out[0] === n && out[1] === logits, `the logits ${of} have shape [${out}], expected [${n}, ${logits}]`);
    }
    images.dispose();
  }
}

async function repeats(setting: ModelSetting): Promise<void> {
  using model = await setting.create();
  const images = randomImages(setting, 3, 'repeats');
  const first = tf.slice(images, [0, 0, 0, 0], [1, -1, -1, -1]);
  try {
    for (const training of [false, true]) {
      const off = changed(outputsOf(model, images, training), outputsOf(model, images, training));
      expectThat(off.length === 0, `two ${training ? 'training' : 'evaluation'} passes differ in ${off.join(' and ')}, expected every bit alike`);
    }
    const alone = outputsOf(model, first, false);
    const together = outputsOf(model, images, false);
    const own = new Map([...together].map(([name, values]) => [name, values.slice(0, values.length / 3)]));
    const off = distance(own, alone);
    expectThat(off < 1e-4, `an image evaluated beside others differs by ${off.toExponential(2)} from the same image alone`);
  } finally {
    tf.dispose([images, first]);
  }
}

async function halves(setting: ModelSetting): Promise<void> {
  using model = await setting.create();
  const { spatial } = model;
  if (!spatial) return;
  const images = randomImages(setting, 2, 'halves');
  const cut = { ...model, apply: (all: tf.Tensor4D, pass: Pass) => spatial.output(spatial.map(all, pass), pass) };
  try {
    const off = changed(outputsOf(model, images, false), outputsOf(cut, images, false));
    expectThat(off.length === 0, `spatial.output(spatial.map(images)) differs from apply(images) in ${off.join(' and ')}, expected every bit alike`);
  } finally {
    images.dispose();
  }
}

async function readsAnew(setting: ModelSetting): Promise<void> {
  using model = await setting.create();
  const images = randomImages(setting, 2, 'anew');
  const before = outputsOf(model, images, true);
  const still = [...model.weights.parameters.keys()].filter((name) => {
    const variable = model.weights.get(name);
    const kept = variable.clone();
    // Neither a factor nor a summand: batch norm and cosine take those away.
    const moved = tf.tidy(() => tf.add(variable, tf.reshape(tf.cos(tf.range(1, variable.size + 1)), variable.shape)));
    model.weights.assign(name, moved);
    const after = outputsOf(model, images, true);
    model.weights.assign(name, kept);
    tf.dispose([moved, kept]);
    return changed(before, after).length === 0;
  });
  images.dispose();
  expectThat(still.length === 0, `a change of ${still.join(', ')} changes no output: it is not used, or was read once only`);
}

async function leaksNothing(setting: ModelSetting): Promise<void> {
  const images = randomImages(setting, 2, 'leaks');
  const before = tf.memory().numTensors;
  const model = await setting.create();
  const held = tf.memory().numTensors;
  const expectNone = (of: string) => {
    const left = tf.memory().numTensors - held;
    expectThat(left === 0, `${of} leaves ${left} tensors behind, expected none`);
    expectThat(!images.isDisposed, `${of} disposes its images, which are the caller's`);
  };
  for (const training of [false, true, false]) {
    outputsOf(model, images, training);
    expectNone(training ? 'a training pass' : 'an evaluation pass');
  }
  if (model.weights.statistics.size > 0) {
    const statistics = (): never => {
      throw new Error('thrown on purpose');
    };
    let thrown = false;
    try {
      tf.tidy(() => void model.apply(images, { training: true, statistics }));
    } catch {
      thrown = true;
    }
    expectThat(thrown, 'a throw of the one who takes the statistics is swallowed, expected it to propagate');
    expectNone('a pass that throws');
  }
  model[Symbol.dispose]();
  const left = tf.memory().numTensors - before;
  expectThat(left === 0, `after disposal it leaves ${left} tensors behind, expected none`);
  images.dispose();
}
