import { recordTape, type Tape } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { DomainBatch } from './domain-batch.ts';
import { Gradients } from './gradients.ts';
import type { Auxiliary, Risk } from './loss.ts';
import type { Model } from './model.ts';
import { type BatchStatistics, moveRunningStatistics } from './running-statistics.ts';

/** Model, losses and one batch: what an optimizer may ask. The only place where gradients are taken. */
export interface Objective {
  /** One forward pass at the current weights. The graph lives until the evaluation is disposed. */
  evaluate(options?: EvaluateOptions): Evaluation;
}

export interface EvaluateOptions {
  /** `update` (default): batch norm's running statistics move, once. `keep`: they stay, as at every ascending point. */
  readonly statistics?: 'update' | 'keep';
  /**
   * `joint` (default): one forward over the whole batch, so that batch norm couples the domains. `separate`: one forward for each domain with its
   * own batch statistics; the running statistics move by the mean over the domains. A domain's gradient then costs a pass over its own samples only.
   */
  readonly domains?: 'joint' | 'separate';
}

/** 'risk' is R = ΣR_i, 'auxiliary' is A, 'full' is R + A; a domain's is its R_i, already divided by the number of source domains. */
export type GradientOf = 'full' | 'risk' | 'auxiliary' | { readonly domain: string };

export interface Evaluation extends Disposable {
  /** The domains present in the batch, in the order of the source domains. */
  readonly domains: readonly string[];
  /** `risks[i]` belongs to `domains[i]`. Disposed with the evaluation. */
  readonly values: { readonly risks: readonly tf.Scalar[]; readonly auxiliary?: tf.Scalar };
  /**
   * One pullback through the graph of this one forward: gradients by weight name, for the weights that are not frozen and that the value depends on.
   * With `last` nothing more may be asked: tensors are released on the way, which lowers the peak of memory.
   */
  gradient(of: GradientOf, options?: { readonly last?: boolean }): Gradients;
}

export interface ObjectiveParts {
  readonly model: Model;
  readonly risk: Risk;
  readonly auxiliaries?: readonly Auxiliary[];
  /** All source domains of the run: their number k divides every risk, also where one is absent from the batch. */
  readonly domains: readonly string[];
  readonly batch: DomainBatch;
  /** Share of the new value when running statistics move (PyTorch's momentum). */
  readonly statisticsMomentum?: number;
}

export function createObjective(parts: ObjectiveParts): Objective {
  return { evaluate: (options = {}) => evaluate(parts, options) };
}

function evaluate(parts: ObjectiveParts, { statistics = 'update', domains: mode = 'joint' }: EvaluateOptions): Evaluation {
  const { model, batch, domains } = parts;
  const present = domains.map((name, index) => ({ name, rows: rowsOf(batch, index) })).filter(({ rows }) => rows.length > 0);
  const measured: BatchStatistics[] = [];
  let recorded: { result: Values; tape: Tape } | undefined;
  try {
    const sources = model.weights.trainable.map((name) => model.weights.get(name));
    recorded = recordTape(() => (mode === 'joint' ? jointForward(parts, present, measured) : separateForward(parts, present, measured)), { sources });
    if (statistics === 'update') moveRunningStatistics(model.weights, measured, parts.statisticsMomentum ?? 0.1);
  } catch (error) {
    if (recorded) release(recorded);
    throw error;
  } finally {
    for (const { mean, variance } of measured) tf.dispose([mean, variance]);
  }
  const { result: values, tape } = recorded;
  const names = present.map(({ name }) => name);
  return {
    domains: names,
    values,
    gradient: (of, options = {}) => pullback(parts, tape, outputsOf(of, names, values), options.last ?? false),
    [Symbol.dispose]: () => release({ result: values, tape }),
  };
}

interface Values {
  readonly risks: readonly tf.Scalar[];
  readonly auxiliary?: tf.Scalar;
}

interface Present {
  readonly name: string;
  /** Rows of the batch (0 .. n - 1) that belong to the domain. */
  readonly rows: readonly number[];
}

function jointForward(parts: ObjectiveParts, present: readonly Present[], measured: BatchStatistics[]): Values {
  const { model, risk, batch, domains } = parts;
  const { features, logits } = model.apply(batch.images, { training: true, statistics: (names, mean, variance) => measured.push(keep(names, mean, variance)) });
  const labels = tf.tensor1d(repeat(batch.labels, batch.views), 'int32');
  const losses = risk.perSample(logits, labels);
  const risks = present.map(({ rows }) => {
    const share = new Float32Array(batch.labels.length * batch.views);
    const each = 1 / (rows.length * batch.views * domains.length);
    for (let view = 0; view < batch.views; view++) for (const row of rows) share[view * batch.labels.length + row] = each;
    return tf.sum(tf.mul(losses, tf.tensor1d(share))) as tf.Scalar;
  });
  return { risks, ...auxiliaryValue(parts, features) };
}

function separateForward(parts: ObjectiveParts, present: readonly Present[], measured: BatchStatistics[]): Values {
  const { model, risk, batch, domains } = parts;
  const n = batch.labels.length;
  const risks: tf.Scalar[] = [];
  const features: tf.Tensor2D[] = [];
  const order: number[] = [];
  for (const { rows } of present) {
    const indices = Array.from({ length: batch.views }, (_, view) => rows.map((row) => view * n + row)).flat();
    const images = tf.gather(batch.images, tf.tensor1d(indices, 'int32'));
    const output = model.apply(images, { training: true, statistics: (names, mean, variance) => measured.push(keep(names, mean, variance)) });
    const labels = tf.tensor1d(
      indices.map((i) => batch.labels[i % n] as number),
      'int32',
    );
    risks.push(tf.mul(tf.sum(risk.perSample(output.logits, labels)), 1 / (indices.length * domains.length)));
    features.push(output.features);
    order.push(...indices);
  }
  if (!parts.auxiliaries?.length) return { risks };
  const back = new Int32Array(order.length);
  order.forEach((row, i) => {
    back[row] = i;
  });
  return { risks, ...auxiliaryValue(parts, tf.gather(tf.concat(features), tf.tensor1d(back, 'int32'))) };
}

function auxiliaryValue({ auxiliaries = [], batch }: ObjectiveParts, features: tf.Tensor2D): { auxiliary?: tf.Scalar } {
  if (auxiliaries.length === 0) return {};
  const values = auxiliaries.map((loss) => loss.value({ features, labels: batch.labels, domains: batch.domains, views: batch.views }));
  return { auxiliary: values.reduce((sum, value) => tf.add(sum, value)) };
}

function outputsOf(of: GradientOf, names: readonly string[], { risks, auxiliary }: Values): readonly tf.Scalar[] {
  if (of === 'risk') return risks;
  if (of === 'auxiliary') return auxiliary ? [auxiliary] : [];
  if (of === 'full') return auxiliary ? [...risks, auxiliary] : risks;
  const risk = risks[names.indexOf(of.domain)];
  if (!risk) throw new Error(`Cannot take the gradient of domain '${of.domain}': it is not in the batch, expected one of ${names.join(', ')}`);
  return [risk];
}

function pullback({ model }: ObjectiveParts, tape: Tape, outputs: readonly tf.Scalar[], last: boolean): Gradients {
  const names = model.weights.trainable;
  if (outputs.length === 0) return new Gradients(new Map());
  const one = tf.scalar(1);
  const gradients = tape.pullback(
    outputs.map((output) => ({ output, cotangent: one })),
    names.map((name) => model.weights.get(name)),
    { last },
  );
  one.dispose();
  return new Gradients(new Map(names.flatMap((name, i) => (gradients[i] ? [[name, gradients[i]] as const] : []))));
}

function keep(names: { readonly mean: string; readonly variance: string }, mean: tf.Tensor1D, variance: tf.Tensor1D): BatchStatistics {
  return { names, mean: tf.keep(mean.clone()), variance: tf.keep(variance.clone()) };
}

function release({ result, tape }: { result: Values; tape: Tape }): void {
  tape.dispose();
  tf.dispose([...result.risks, ...(result.auxiliary ? [result.auxiliary] : [])]);
}

function rowsOf({ domains }: DomainBatch, index: number): number[] {
  const rows: number[] = [];
  domains.forEach((domain, row) => {
    if (domain === index) rows.push(row);
  });
  return rows;
}

function repeat(values: Int32Array, times: number): Int32Array {
  const out = new Int32Array(values.length * times);
  for (let i = 0; i < times; i++) out.set(values, i * values.length);
  return out;
}
