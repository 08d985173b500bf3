import * as tf from '@tensorflow/tfjs-core';
import type { Auxiliary } from '../../contracts/loss.ts';
import type { Model } from '../../contracts/model.ts';
import type { Evaluation, Objective } from '../../contracts/objective.ts';
import { createRandom } from '../../contracts/seed.ts';
import { createObjective } from '../../training/create-objective.ts';
import { binaryRisk } from '../binary-risk.ts';
import { distance, expectThat, type PlainValues, readGradients } from '../take-step.ts';
import { type ModelCheck, type ModelSetting, randomImages } from './setting.ts';

/** Gradients, of all weights, of some, and by domain. */
export function gradientChecks(setting: ModelSetting): ModelCheck[] {
  return [
    { name: 'has the gradients that central differences say, weight by weight', run: () => agreesWithDifferences(setting) },
    { name: 'gives separate domains in one grouped pass the losses, gradients and statistics of a pass each', run: () => groupsAgree(setting) },
    { name: 'gives frozen weights no gradient, the others the same one, and keeps nothing of a frozen beginning', run: () => freezes(setting) },
  ];
}

const domains = ['a', 'b', 'c'];
/** Samples of the domains, mixed; c has fewer. */
const domainOf = [0, 1, 2, 1, 0, 2, 0, 1];

/** Depends on the position of each feature. */
const positions: Auxiliary = {
  role: 'auxiliary',
  value: ({ features }) => tf.mean(tf.mul(features, tf.expandDims(tf.cos(tf.range(1, (features.shape[0] as number) + 1)), 1))) as tf.Scalar,
};

/** An objective over eight images of three domains; disposing it leaves the model. */
function problemOf(model: Model, setting: ModelSetting): Objective & Disposable {
  const images = randomImages(setting, domainOf.length, 'gradients');
  const batch = {
    images,
    labels: Int32Array.from(domainOf, (_, i) => i % 2),
    domains: Int32Array.from(domainOf),
    views: 1,
    [Symbol.dispose]: () => images.dispose(),
  };
  const objective = createObjective({ model, risk: binaryRisk(4), auxiliaries: [positions], domains, batch });
  return { ...objective, [Symbol.dispose]: () => images.dispose() };
}

function lossOf({ values: { risks, auxiliary } }: Evaluation): number {
  return [...risks, ...(auxiliary ? [auxiliary] : [])].reduce((sum, value) => sum + (value.dataSync()[0] as number), 0);
}

/**
 * Along its own gradient g the loss of a weight rises by ‖g‖ (where there is none, along a random direction by nothing). Several lengths are tried: long ones
 * show curvature (a deep network's above all), short ones rounding.
 */
async function agreesWithDifferences(setting: ModelSetting): Promise<void> {
  using model = await setting.create();
  using objective = problemOf(model, setting);
  const gradients = gradientsOf(objective);
  const norms = new Map([...gradients].map(([name, values]) => [name, norm(values)]));
  const steepest = Math.max(...norms.values());
  for (const name of evenly([...model.weights.parameters.keys()], setting.tensors)) {
    const slope = norms.get(name) ?? 0;
    const allowed = 0.05 * Math.max(slope, 0.02 * steepest);
    const along = slope > 0 ? (gradients.get(name) as Float32Array) : randomValues(name, model.weights.get(name).size);
    const scale = Math.max(norm(model.weights.get(name).dataSync() as Float32Array), 1) / norm(along);
    const tried = [1e-2, 1e-3, 1e-4, 1e-5].map((length) => {
      const at = (sign: number) => lossAt(model, objective, name, along, sign * length * scale);
      return (at(1) - at(-1)) / (2 * length * scale * norm(along));
    });
    const found = tried.some((difference) => Math.abs(difference - slope) <= allowed);
    expectThat(found, `the gradient of ${name} has length ${slope}; along it central differences say ${tried.join(', ')}`);
  }
}

function lossAt(model: Model, objective: Objective, name: string, along: Float32Array, length: number): number {
  const variable = model.weights.get(name);
  const kept = variable.clone();
  const moved = tf.tidy(() => tf.add(variable, tf.mul(tf.tensor(along, variable.shape), length)));
  model.weights.assign(name, moved);
  try {
    using there = objective.evaluate({ statistics: 'keep' });
    return lossOf(there);
  } finally {
    model.weights.assign(name, kept);
    tf.dispose([kept, moved]);
  }
}

async function groupsAgree(setting: ModelSetting): Promise<void> {
  using model = await setting.create();
  const figures = (of: Model): PlainValues => {
    using objective = problemOf(of, setting);
    using here = objective.evaluate({ statistics: 'keep', domains: 'separate' });
    const out = new Map<string, Float32Array>([['losses', Float32Array.from([...here.values.risks].map((value) => value.dataSync()[0] as number))]]);
    for (const domain of here.domains) {
      using gradient = here.gradient({ domain });
      for (const [name, values] of readGradients(gradient)) out.set(`${domain}: ${name}`, values);
    }
    return out;
  };
  const alone = figures({ ...model, takesGroups: false });
  expectThat(Number.isFinite(distance(alone, alone)), 'with one pass for each domain a loss or a gradient is not finite');
  if (!model.takesGroups) return;
  const grouped = figures(model);
  const largest = [...alone.keys()].map((name) => ({ name, off: distance(new Map([[name, values(grouped, name)]]), new Map([[name, values(alone, name)]])) }));
  const overall = distance(grouped, alone);
  const worst = largest.reduce((most, one) => (one.off > most.off ? one : most));
  expectThat(overall < 2e-3, `one grouped pass differs by ${overall.toExponential(2)} from one pass for each domain, most in ${worst.name}`);
}

function values(of: PlainValues, name: string): Float32Array {
  return of.get(name) ?? new Float32Array();
}

async function freezes(setting: ModelSetting): Promise<void> {
  using model = await setting.create();
  using objective = problemOf(model, setting);
  const names = [...model.weights.parameters.keys()];
  const all = gradientsOf(objective);
  const held = bytesHeld(objective);
  const body = names.filter((name) => !name.startsWith('head/'));
  for (const frozen of [body, names.slice(0, Math.ceil(names.length / 2)), names.slice(0, 1)]) {
    model.weights.freeze(frozen);
    const some = gradientsOf(objective);
    const given = frozen.filter((name) => some.has(name));
    expectThat(given.length === 0, `the frozen ${given.join(', ')} gets a gradient, expected none`);
    const missing = [...all.keys()].filter((name) => !frozen.includes(name) && !some.has(name));
    expectThat(missing.length === 0, `with ${frozen[0]} to ${frozen.at(-1)} frozen ${missing.join(', ')} gets no gradient, expected the same as before`);
    const off = distance(some, new Map([...all].filter(([name]) => some.has(name))));
    expectThat(off < 1e-4, `with ${frozen[0]} to ${frozen.at(-1)} frozen the other gradients differ by ${off.toExponential(2)}, expected the same as before`);
  }
  model.weights.freeze(body);
  const kept = bytesHeld(objective);
  model.weights.freeze([]);
  expectThat(
    kept < 0.2 * held || kept < 65_536,
    `with all but the head frozen a pass keeps ${kept} bytes of ${held}: the backward pass goes through frozen layers`,
  );
}

function bytesHeld(objective: Objective): number {
  const before = tf.memory().numBytes;
  using _ = objective.evaluate({ statistics: 'keep' });
  return tf.memory().numBytes - before;
}

function gradientsOf(objective: Objective): PlainValues {
  using here = objective.evaluate({ statistics: 'keep' });
  using gradient = here.gradient('full', { last: true });
  return readGradients(gradient);
}

/** At most `count` of the names, the first and the last among them. */
function evenly(names: readonly string[], count: number): readonly string[] {
  if (names.length <= count) return names;
  return Array.from({ length: count }, (_, i) => names[Math.round((i * (names.length - 1)) / (count - 1))] as string);
}

function norm(of: Float32Array): number {
  return Math.sqrt(of.reduce((sum, value) => sum + value * value, 0));
}

function randomValues(name: string, size: number): Float32Array {
  const random = createRandom(['model-checks', name]);
  return Float32Array.from({ length: size }, () => random.normal());
}
