import * as tf from '@tensorflow/tfjs-core';
import type { Weights } from '../../contracts/weights.ts';
import { decodeSafetensors, encodeSafetensors } from '../../files/safetensors.ts';
import type { Check } from '../optimizer-checks/setting.ts';
import { changed, expectThat, type PlainValues } from '../take-step.ts';
import { disturb, type LossSetting, numbersOf, outcomeOf, seenBy, usualBatch } from './setting.ts';

/** The weights that a loss owns, if any. */
export function lossWeightChecks(setting: LossSetting): Check[] {
  return [
    { name: 'names its weights as paths, and draws each from the generator of its name', run: () => drawsByName(setting) },
    { name: 'makes its weights for any width of the features', run: () => followsWidth(setting) },
    { name: 'computes the same with its weights saved and loaded into another of its kind', run: () => savesAndLoads(setting) },
    { name: 'moves its statistics, if it has any, and nothing else', run: () => movesStatistics(setting) },
  ];
}

function drawsByName(setting: LossSetting): void {
  using made = setting.create();
  using again = setting.create();
  const names = [...made.weights.parameters.keys(), ...made.weights.statistics.keys()];
  const odd = names.filter((name) => !/^[A-Za-z0-9_]+([/.-][A-Za-z0-9_]+)*$/.test(name));
  expectThat(odd.length === 0, `the weight names ${odd.join(', ')} are no paths such as hidden1/kernel`);
  for (const name of names) {
    const variable = made.weights.get(name);
    expectThat(variable.dtype === 'float32', `${name} is ${variable.dtype}, expected float32`);
    expectThat(variable.dataSync().every(Number.isFinite), `${name} begins with values that are not finite`);
  }
  const unequal = changed(readAll(made.weights), readAll(again.weights));
  expectThat(unequal.length === 0, `the same seed gives ${unequal.join(', ')} other values`);
}

function followsWidth(setting: LossSetting): void {
  using made = setting.create({ features: 3 });
  const { value } = outcomeOf(made, usualBatch(setting, made, { features: 3 }));
  expectThat(value.every(Number.isFinite), `with 3 features its value is ${[...value]}, expected finite numbers`);
}

function savesAndLoads(setting: LossSetting): void {
  using trained = setting.create();
  using other = setting.create({ seed: 2 });
  disturb(trained.weights);
  const batch = usualBatch(setting, trained);
  // Whatever it might keep from an evaluation, it keeps now.
  outcomeOf(other, batch);
  const file = encodeSafetensors(
    Object.fromEntries([...readAll(trained.weights)].map(([name, data]) => [name, { shape: trained.weights.get(name).shape, data }])),
  );
  for (const [name, { shape, data }] of Object.entries(decodeSafetensors(file, 'the saved loss').tensors)) {
    const value = tf.tensor(data, [...shape], 'float32');
    other.weights.assign(name, value);
    value.dispose();
  }
  const off = changed(numbersOf(outcomeOf(trained, batch)), numbersOf(outcomeOf(other, batch)));
  expectThat(off.length === 0, `after loading, ${off.join(' and ')} differs, expected every bit alike: something is kept outside the weights`);
}

function movesStatistics(setting: LossSetting): void {
  using made = setting.create();
  const { loss, weights } = made;
  if (loss.role === 'risk') return;
  expectThat(
    weights.statistics.size === 0 || loss.moveStatistics !== undefined,
    'it owns statistics without moveStatistics(), so that nothing ever moves them',
  );
  const before = readAll(weights);
  const held = tf.memory().numTensors;
  const batch = usualBatch(setting, made);
  tf.tidy(() => loss.moveStatistics?.(seenBy(made, batch)));
  expectThat(tf.memory().numTensors === held, `moveStatistics() leaves ${tf.memory().numTensors - held} tensors behind, expected none`);
  const moved = changed(before, readAll(weights)).filter((name) => weights.parameters.has(name));
  expectThat(moved.length === 0, `moveStatistics() moves ${moved.join(', ')}, expected the base rule alone to do so`);
}

function allOf({ parameters, statistics }: Weights): [string, tf.Variable][] {
  return [...parameters, ...statistics];
}

function readAll(weights: Weights): PlainValues {
  return new Map(allOf(weights).map(([name, tensor]) => [name, Float32Array.from(tensor.dataSync())]));
}
