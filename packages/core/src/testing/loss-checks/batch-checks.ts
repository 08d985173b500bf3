import { createRandom } from '../../contracts/seed.ts';
import type { Check } from '../optimizer-checks/setting.ts';
import { distance, expectThat, type PlainValues } from '../take-step.ts';
import { type LossSample, type LossSetting, type MadeLoss, numbersOf, outcomeOf, type PlainBatch, usualBatch } from './setting.ts';

/** The batches that a run meets. */
export function lossBatchChecks(setting: LossSetting): Check[] {
  return [
    { name: 'is finite, gradients too, on batches of one class, of one domain, without a domain, and of one sample', run: () => isFiniteOnParts(setting) },
    { name: 'is finite, gradients too, on features and logits that are 0, equal, or large', run: () => isFiniteOnOddOutputs(setting) },
    { name: 'does not depend on the order of the samples', run: () => ignoresOrder(setting) },
    { name: 'as a risk, gives a sample the same loss alone and in a batch', run: () => looksAtSamples(setting) },
    { name: 'takes another number of views', run: () => takesViews(setting) },
  ];
}

function expectFinite(made: MadeLoss, batch: PlainBatch, of: string): void {
  for (const [name, values] of numbersOf(outcomeOf(made, batch))) {
    const odd = values.find((value) => !Number.isFinite(value));
    const what = name === 'value' ? 'the value' : `the gradient in ${name}`;
    expectThat(odd === undefined, `${what} on a batch ${of} holds ${odd}, expected finite numbers`);
  }
}

function isFiniteOnParts(setting: LossSetting): void {
  using made = setting.create();
  const batch = usualBatch(setting, made);
  const part = (of: string, chosen: (sample: LossSample, i: number) => boolean) => expectFinite(made, { ...batch, samples: batch.samples.filter(chosen) }, of);
  for (const [label, name] of setting.classes.entries()) part(`of ${name} alone`, (sample) => sample.label === label);
  for (const domain of [0, 1, 2]) {
    part(`of domain ${domain} alone`, (sample) => sample.domain === domain);
    part(`without domain ${domain}`, (sample) => sample.domain !== domain);
    part(`with one class in domain ${domain}`, (sample) => sample.domain !== domain || sample.label === 0);
  }
  for (const [label, name] of setting.classes.entries()) {
    const only = batch.samples.findIndex((sample) => sample.label === label);
    part(`of one sample (${name})`, (_, i) => i === only);
  }
}

function isFiniteOnOddOutputs(setting: LossSetting): void {
  using made = setting.create();
  const batch = usualBatch(setting, made);
  const mapped = (make: (value: number) => number): PlainBatch => {
    const rows = (of: LossSample['features']) => of.map((row) => row.map(make));
    return { ...batch, samples: batch.samples.map((sample) => ({ ...sample, features: rows(sample.features), logits: rows(sample.logits) })) };
  };
  expectFinite(
    made,
    mapped(() => 0),
    'of zeros',
  );
  expectFinite(
    made,
    mapped(() => 0.7),
    'of equal features',
  );
  expectFinite(
    made,
    mapped((value) => 1e3 * value),
    'of large features and logits',
  );
}

function ignoresOrder(setting: LossSetting): void {
  using made = setting.create();
  const batch = usualBatch(setting, made);
  const n = batch.samples.length;
  const order = createRandom(['loss-checks', 'order']).shuffle(batch.samples.map((_, i) => i));
  const shuffled = { ...batch, samples: order.map((i) => batch.samples[i] as LossSample) };
  /** Rows back in the order of the batch. */
  const back = (values: Float32Array): Float32Array => {
    const width = values.length / (n * batch.views);
    const out = new Float32Array(values.length);
    for (let view = 0; view < batch.views; view++)
      for (const [at, i] of order.entries()) out.set(values.subarray((view * n + at) * width, (view * n + at + 1) * width), (view * n + i) * width);
    return out;
  };
  const before = numbersOf(outcomeOf(made, batch));
  const after: PlainValues = new Map(
    [...numbersOf(outcomeOf(made, shuffled))].map(([name, values]) => [
      name,
      name === 'features' || name === 'logits' || (name === 'value' && values.length > 1) ? back(values) : values,
    ]),
  );
  for (const [name, values] of before) {
    const off = distance(new Map([[name, after.get(name) as Float32Array]]), new Map([[name, values]]));
    const what = name === 'value' ? 'value' : `gradient in ${name}`;
    const floor = Math.max(...[...before.values()].flatMap((of) => [...of].map(Math.abs))) * 1e-6;
    const largest = Math.max(...[...values].map(Math.abs), 0);
    expectThat(off < 1e-3 || largest < floor, `in another order of the samples the ${what} differs by ${off.toExponential(2)}, expected the same`);
  }
}

function looksAtSamples(setting: LossSetting): void {
  using made = setting.create();
  if (made.loss.role !== 'risk') return;
  const batch = usualBatch(setting, made);
  const { value } = outcomeOf(made, batch);
  for (const [i, sample] of batch.samples.entries()) {
    const [alone = Number.NaN] = outcomeOf(made, { ...batch, samples: [sample] }).value;
    const within = value[i] as number;
    expectThat(
      Math.abs(alone - within) <= 1e-5 * Math.max(1, Math.abs(within)),
      `a sample has the loss ${within} in a batch and ${alone} alone: the objective averages losses that do not depend on each other`,
    );
  }
}

function takesViews(setting: LossSetting): void {
  using made = setting.create();
  const batch = usualBatch(setting, made);
  const more = batch.samples.map((sample, i) => {
    const random = createRandom(['loss-checks', 'further view', i]);
    const noisy = (rows: LossSample['features']) => [...rows, (rows[0] ?? []).map((value) => value + 0.3 * random.normal())];
    return { ...sample, features: noisy(sample.features), logits: noisy(sample.logits) };
  });
  expectFinite(made, { samples: more, views: batch.views + 1 }, `in ${batch.views + 1} views`);
}
