import * as tf from '@tensorflow/tfjs-core';
import type { Risk } from '../../contracts/loss.ts';
import { describesItself, refusesInvalidOptions } from '../optimizer-checks/declaration-checks.ts';
import type { Check } from '../optimizer-checks/setting.ts';
import { changed, expectThat } from '../take-step.ts';
import { type LossSetting, numbersOf, outcomeOf, usualBatch } from './setting.ts';

/** What a loss is called, what it returns, and that it returns it again. */
export function lossValueChecks(setting: LossSetting): Check[] {
  return [
    { name: 'has a kebab-case name and a summary of one line', run: () => describesItself({ definition: setting.definition as never }) },
    {
      name: 'takes its defaults, and refuses every option that its schema does not allow',
      run: () => refusesInvalidOptions({ definition: setting.definition as never }),
    },
    { name: 'returns finite numbers of the right shape: one a sample for a risk, one for an auxiliary loss', run: () => returnsNumbers(setting) },
    { name: 'as a risk, turns logits into probabilities and a logit that agree', run: () => agreesWithItself(setting) },
    { name: 'gives the same bits again, whatever it was asked before', run: () => repeats(setting) },
    { name: 'leaves no tensor behind, and its weights as they are', run: () => leavesNothing(setting) },
    { name: 'says so where it depends on the progress of the run', run: () => declaresProgress(setting) },
  ];
}

function returnsNumbers(setting: LossSetting): void {
  using made = setting.create();
  const batch = usualBatch(setting, made);
  const { value } = outcomeOf(made, batch);
  const expected = made.loss.role === 'risk' ? batch.samples.length * batch.views : 1;
  expectThat(value.length === expected, `it returns ${value.length} numbers for ${batch.samples.length} samples in ${batch.views} views, expected ${expected}`);
  expectThat(value.every(Number.isFinite), `its value on random features is ${[...value]}, expected finite numbers`);
  const { loss } = made;
  if (loss.role !== 'risk') return;
  const shape = tf.tidy(() => loss.perSample(tf.zeros([2, made.logits]), tf.tensor1d([0, 1], 'int32')).shape.join());
  expectThat(shape === '2', `it returns shape [${shape}], expected [2]`);
}

function agreesWithItself(setting: LossSetting): void {
  using made = setting.create();
  if (made.loss.role !== 'risk') return;
  const { classes } = setting;
  const rows = usualBatch(setting, made).samples.map(({ logits }) => [...(logits[0] ?? [])]);
  const { probabilities, scores } = read(made.loss, rows);
  expectThat(
    probabilities.length === rows.length * classes.length,
    `probabilities() returns ${probabilities.length} numbers for ${rows.length} samples of ${classes.length} classes`,
  );
  for (const [row, logits] of rows.entries()) {
    const own = [...probabilities.slice(row * classes.length, (row + 1) * classes.length)];
    const sum = own.reduce((total, value) => total + value, 0);
    expectThat(own.every((value) => value >= 0) && Math.abs(sum - 1) < 1e-4, `probabilities() of the logits ${logits} are ${own}, expected a sum of 1`);
    if (!scores) continue;
    const { logitScale = 1 } = made.loss;
    const bonaFide = 1 / (1 + Math.exp(-logitScale * (scores[row] as number)));
    expectThat(
      Math.abs(bonaFide - (own[1] as number)) < 1e-4,
      `sigmoid(logitScale · logit()) of the logits ${logits} is ${bonaFide}, and the probability of ${classes[1]} is ${own[1]}`,
    );
  }
}

function read(risk: Risk, rows: number[][]): { readonly probabilities: Float32Array; readonly scores?: Float32Array } {
  const numbers = (make: (logits: tf.Tensor2D) => tf.Tensor) => Float32Array.from(tf.tidy(() => make(tf.tensor2d(rows)).dataSync() as Float32Array));
  return {
    probabilities: numbers((logits) => risk.probabilities(logits)),
    ...(risk.logit ? { scores: numbers((logits) => risk.logit?.(logits) as tf.Tensor) } : {}),
  };
}

function repeats(setting: LossSetting): void {
  using made = setting.create();
  using again = setting.create();
  const [batch, other] = [usualBatch(setting, made), usualBatch(setting, made, { key: 'other' })];
  const first = numbersOf(outcomeOf(made, batch));
  outcomeOf(made, other);
  const unequal = [
    ['asked again after another batch', numbersOf(outcomeOf(made, batch))],
    ['made again', numbersOf(outcomeOf(again, batch))],
  ] as const;
  for (const [when, second] of unequal) {
    const off = changed(first, second);
    expectThat(off.length === 0, `${when}, it gives another ${off.join(', ')}: it keeps or draws something outside its options and weights`);
  }
}

function leavesNothing(setting: LossSetting): void {
  const before = tf.memory().numTensors;
  {
    using made = setting.create();
    const batch = usualBatch(setting, made);
    const values = () => new Map([...made.weights.parameters, ...made.weights.statistics].map(([name, of]) => [name, Float32Array.from(of.dataSync())]));
    const owned = values();
    const held = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) outcomeOf(made, batch);
    const left = tf.memory().numTensors - held;
    expectThat(left === 0, `3 evaluations leave ${left} tensors behind, expected none`);
    const moved = changed(owned, values());
    expectThat(moved.length === 0, `an evaluation changes its weights ${moved.join(', ')}, expected the base rule alone to do so`);
  }
  const left = tf.memory().numTensors - before;
  expectThat(left === 0, `after disposal ${left} tensors are left, expected none`);
}

function declaresProgress(setting: LossSetting): void {
  using made = setting.create();
  if (made.loss.role === 'risk') return;
  const batch = usualBatch(setting, made);
  const at = (progress: number) => numbersOf(outcomeOf(made, { ...batch, progress }));
  const follows = changed(at(0.1), at(0.9)).length > 0;
  expectThat(!follows || made.loss.followsProgress === true, 'it is another at 0.1 and 0.9 of the run, expected followsProgress: true');
}
