import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../contracts/seed.ts';
import type { Check } from '../optimizer-checks/setting.ts';
import { expectThat } from '../take-step.ts';
import { disturb, type LossSample, type LossSetting, outcomeOf, type PlainBatch, sumOf, usualBatch } from './setting.ts';

/** Gradients against differences of the value. */
export function lossGradientChecks(setting: LossSetting): Check[] {
  return [
    { name: 'has the gradient in features and logits that central differences say', run: () => agreesInOutputs(setting) },
    { name: 'has the gradient in its own weights that central differences say', run: () => agreesInWeights(setting) },
  ];
}

/** Several lengths are tried: long ones show curvature and kinks, short ones rounding. */
const lengths = [0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4];

/** Along its own gradient, and along two random directions. */
function directionsFor(name: string, gradient: Float32Array): Float32Array[] {
  const random = [0, 1].map((draw) => {
    const own = createRandom(['loss-checks', name, draw]);
    return gradient.map(() => own.normal());
  });
  return [...(norm(gradient) > 0 ? [gradient] : []), ...random].map((direction) => direction.map((value) => value / norm(direction)));
}

/** Throws unless the slope `factor` · (value(at + s u) - value(at - s u)) / 2s is the one that the gradient says, for some length s. */
function expectSlopes(name: string, gradient: Float32Array, factor: number, valueAt: (along: Float32Array, length: number) => number): void {
  const steepest = norm(gradient);
  for (const along of directionsFor(name, gradient)) {
    const slope = along.reduce((sum, value, i) => sum + value * (gradient[i] as number), 0);
    const tried: number[] = [];
    const found = lengths.some((length) => {
      const difference = (factor * (valueAt(along, length) - valueAt(along, -length))) / (2 * length);
      tried.push(difference);
      return Math.abs(difference - slope) <= 0.03 * Math.max(steepest, Math.abs(factor) * 1e-3);
    });
    const as = factor === 1 ? 'central differences say' : `central differences times ${factor} say`;
    expectThat(found, `the gradient in ${name} says ${slope} along a direction of length 1, ${as} ${tried.join(', ')}`);
  }
}

function agreesInOutputs(setting: LossSetting): void {
  using made = setting.create();
  const batch = usualBatch(setting, made);
  const { gradients } = outcomeOf(made, batch);
  for (const of of ['features', 'logits'] as const) {
    const factor = of === 'features' && setting.reversal !== undefined ? -setting.reversal : 1;
    expectSlopes(of, gradients.get(of) as Float32Array, factor, (along, length) => sumOf(made, moved(batch, of, along, length)));
  }
}

function agreesInWeights(setting: LossSetting): void {
  using made = setting.create();
  const { weights } = made;
  disturb(weights);
  const batch = usualBatch(setting, made);
  const { gradients } = outcomeOf(made, batch);
  for (const name of weights.parameters.keys()) {
    const gradient = gradients.get(`weights/${name}`) as Float32Array;
    expectThat(norm(gradient) > 0, `the value does not depend on its weight ${name}, expected a gradient`);
    expectSlopes(`its weight ${name}`, gradient, 1, (along, length) => {
      const kept = weights.get(name).clone();
      const there = tf.tidy(() => tf.add(kept, tf.mul(tf.tensor(along, kept.shape), length)));
      weights.assign(name, there);
      try {
        return sumOf(made, batch);
      } finally {
        weights.assign(name, kept);
        tf.dispose([kept, there]);
      }
    });
  }
}

/** The batch with its features or logits moved; the direction's rows are those of the tensor, views after each other. */
function moved(batch: PlainBatch, of: 'features' | 'logits', along: Float32Array, length: number): PlainBatch {
  const n = batch.samples.length;
  const width = along.length / (n * batch.views);
  const samples = batch.samples.map((sample, i): LossSample => {
    const rows = sample[of].map((row, view) => row.map((value, j) => value + length * (along[(view * n + i) * width + j] as number)));
    return { ...sample, [of]: rows };
  });
  return { ...batch, samples };
}

function norm(of: Float32Array): number {
  return Math.sqrt(of.reduce((sum, value) => sum + value * value, 0));
}
