import { recordTape, type Tape, weightedSum } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Auxiliary, AuxiliaryBatch, Risk } from '../contracts/loss.ts';
import type { Model, ModelOutput } from '../contracts/model.ts';
import { type EvaluateOptions, type Evaluation, type GradientOf, MisuseError, type Objective } from '../contracts/objective.ts';
import type { DomainBatch } from '../data/domain-batch.ts';
import { pullback, type Weighted } from './pullback.ts';
import { type BatchStatistics, moveRunningStatistics } from './running-statistics.ts';
import { modelAlone, noWeights, type TrainedWeights } from './trained-weights.ts';

/** What an objective evaluates, and on which batch. All of it stays the caller's. */
export interface ObjectiveParts {
  readonly model: Model;
  readonly risk: Risk;
  /** Auxiliary losses A; their values are summed. Default: none. */
  readonly auxiliaries?: readonly Auxiliary[];
  /** What gradients are taken of; default: the model's weights alone, for losses that own none. */
  readonly trained?: TrainedWeights;
  /** Share of the run's steps that are done, for auxiliary losses; default: 0. */
  readonly progress?: number;
  /** All source domains of the run: every risk is divided by their number k, even if a domain is absent from the batch. */
  readonly domains: readonly string[];
  readonly batch: DomainBatch;
  /** Weight of the new value when running statistics are updated (PyTorch's momentum), 0..1; default: the model's. */
  readonly statisticsMomentum?: number;
}

/**
 * The objective of one step: R + A on this batch, with R = Σ R_i and R_i = mean loss of domain i / k.
 *
 * The objective holds no tensors of its own; each `evaluate` returns an Evaluation that the caller disposes.
 */
export function createObjective(parts: ObjectiveParts): Objective {
  return { evaluate: (options = {}) => evaluate(parts, options) };
}

function evaluate(whole: ObjectiveParts, { statistics = 'update', domains = 'joint', only, withRespectTo }: EvaluateOptions): Evaluation {
  // A single domain is gathered the same way as in separate forwards.
  const mode = only === undefined ? domains : 'separate';
  const parts = only === undefined ? whole : { ...whole, auxiliaries: [] };
  const { model, batch } = parts;
  const present = parts.domains
    .map((name, index) => ({ name, rows: rowsOf(batch, index) }))
    .filter(({ name, rows }) => rows.length > 0 && (only === undefined || name === only));
  if (only !== undefined && present.length === 0) throw new MisuseError(`Cannot evaluate domain '${only}' alone: the batch has no sample of it`);
  const { all: weights } = parts.trained ?? modelAlone(model);
  const asked = withRespectTo ? weights.trainable.filter(withRespectTo) : weights.trainable;
  const measured: BatchStatistics[] = [];
  let recorded: { result: Values; tape: Tape } | undefined;
  try {
    const sources = asked.map((name) => weights.get(name));
    recorded = recordTape(
      () => {
        const { risks, output } = forwardOf(parts, mode, statistics)(parts, present, measured);
        return { risks, ...auxiliaryValue(parts, output, statistics) };
      },
      { sources },
    );
    if (statistics === 'update') moveRunningStatistics(model.weights, measured, parts.statisticsMomentum ?? model.statisticsMomentum ?? 0.1);
  } catch (error) {
    if (recorded) release(recorded);
    throw error;
  } finally {
    for (const { mean, variance } of measured) tf.dispose([mean, variance]);
  }
  const { result: values, tape } = recorded;
  const names = present.map(({ name }) => name);
  return {
    sources: parts.domains.length,
    sourceDomains: parts.domains,
    domains: names,
    values,
    gradient: (of, options = {}) => pullback(tape, outputsOf(of, names, values), weights, options.last ?? false, asked),
    [Symbol.dispose]: () => release({ result: values, tape }),
  };
}

interface Values {
  readonly risks: readonly tf.Scalar[];
  readonly auxiliary?: tf.Scalar;
}

/** What a forward pass gives: the risks of the domains, and its outputs in the order of the batch. */
interface Forward {
  readonly risks: readonly tf.Scalar[];
  readonly output: BatchOutput;
}

/** Made when they are asked for: without auxiliary losses nothing is, and logits only for losses that read them. */
interface BatchOutput {
  features(): tf.Tensor2D;
  logits(): tf.Tensor2D;
}

interface Present {
  readonly name: string;
  /** Rows of the batch (0 .. n - 1) that belong to the domain. */
  readonly rows: readonly number[];
}

function jointForward(parts: ObjectiveParts, present: readonly Present[], measured: BatchStatistics[]): Forward {
  const { model, risk, batch, domains } = parts;
  const { features, logits } = model.apply(batch.images, { training: true, statistics: (names, mean, variance) => measured.push(keep(names, mean, variance)) });
  const labels = tf.tensor1d(repeat(batch.labels, batch.views), 'int32');
  const losses = risk.perSample(logits, labels);
  const risks = present.map(({ rows }) => {
    const share = new Float32Array(batch.labels.length * batch.views);
    const each = 1 / (rows.length * batch.views * domains.length);
    for (let view = 0; view < batch.views; view++) for (const row of rows) share[view * batch.labels.length + row] = each;
    return weightedSum(losses, tf.tensor1d(share));
  });
  return { risks, output: { features: () => features, logits: () => logits } };
}

/**
 * At an ascending point, separate domains share one forward pass if the model can keep their statistics apart: convolutions are faster on a whole batch
 * than on its parts. The gradient of a single domain then costs a backward pass through the whole batch, but methods do not ask for one there.
 */
function forwardOf({ model }: ObjectiveParts, mode: 'joint' | 'separate', statistics: 'update' | 'keep'): typeof jointForward {
  if (mode === 'joint') return jointForward;
  return model.takesGroups && statistics === 'keep' ? groupedForward : separateForward;
}

function groupedForward(parts: ObjectiveParts, present: readonly Present[], measured: BatchStatistics[]): Forward {
  const { model, risk, batch, domains } = parts;
  const n = batch.labels.length;
  const indices = present.map(({ rows }) => rowsInBatch(rows, batch));
  const order = indices.flat();
  const { features, logits } = model.apply(tf.gather(batch.images, tf.tensor1d(order, 'int32')), {
    training: true,
    groups: indices.map(({ length }) => length),
    statistics: (names, mean, variance) => measured.push(keep(names, mean, variance)),
  });
  const labels = tf.tensor1d(
    order.map((i) => batch.labels[i % n] as number),
    'int32',
  );
  const losses = risk.perSample(logits, labels);
  let from = 0;
  const risks = indices.map(({ length }) => {
    const share = new Float32Array(order.length).fill(1 / (length * domains.length), from, from + length);
    from += length;
    return weightedSum(losses, tf.tensor1d(share));
  });
  return { risks, output: { features: () => inOrderOfBatch(features, order), logits: () => inOrderOfBatch(logits, order) } };
}

function separateForward(parts: ObjectiveParts, present: readonly Present[], measured: BatchStatistics[]): Forward {
  const { model, risk, batch, domains } = parts;
  const n = batch.labels.length;
  const risks: tf.Scalar[] = [];
  const outputs: ModelOutput[] = [];
  const order: number[] = [];
  for (const { rows } of present) {
    const indices = rowsInBatch(rows, batch);
    const images = tf.gather(batch.images, tf.tensor1d(indices, 'int32'));
    const output = model.apply(images, { training: true, statistics: (names, mean, variance) => measured.push(keep(names, mean, variance)) });
    const labels = tf.tensor1d(
      indices.map((i) => batch.labels[i % n] as number),
      'int32',
    );
    risks.push(tf.mul(tf.sum(risk.perSample(output.logits, labels)), 1 / (indices.length * domains.length)));
    outputs.push(output);
    order.push(...indices);
  }
  const together = (of: keyof ModelOutput) => inOrderOfBatch(tf.concat(outputs.map((output) => output[of])), order);
  return { risks, output: { features: () => together('features'), logits: () => together('logits') } };
}

/** Indices of a domain's samples among the images: first views, then second views. */
function rowsInBatch(rows: readonly number[], { labels, views }: DomainBatch): number[] {
  return Array.from({ length: views }, (_, view) => rows.map((row) => view * labels.length + row)).flat();
}

/** Row i of `rows` belongs to image `order[i]`. */
function inOrderOfBatch(rows: tf.Tensor2D, order: readonly number[]): tf.Tensor2D {
  const back = new Int32Array(order.length);
  order.forEach((row, i) => {
    back[row] = i;
  });
  return tf.gather(rows, tf.tensor1d(back, 'int32'));
}

function auxiliaryValue(parts: ObjectiveParts, output: BatchOutput, statistics: 'update' | 'keep'): { auxiliary?: tf.Scalar } {
  const { auxiliaries = [], batch, progress = 0, trained } = parts;
  if (auxiliaries.length === 0) return {};
  const features = output.features();
  let logits: tf.Tensor2D | undefined;
  const seenBy = (i: number): AuxiliaryBatch => ({
    features,
    get logits() {
      logits ??= output.logits();
      return logits;
    },
    labels: batch.labels,
    domains: batch.domains,
    views: batch.views,
    progress,
    weights: trained?.ofLoss[i] ?? noWeights,
  });
  const values = auxiliaries.map((loss, i) => loss.value(seenBy(i)));
  if (statistics === 'update') for (const [i, loss] of auxiliaries.entries()) loss.moveStatistics?.(seenBy(i));
  return { auxiliary: values.reduce((sum, value) => tf.add(sum, value)) };
}

function outputsOf(of: GradientOf, names: readonly string[], { risks, auxiliary }: Values): readonly Weighted[] {
  const plain = (outputs: readonly tf.Scalar[]) => outputs.map((output) => ({ output, factor: 1 }));
  if (of === 'risk') return plain(risks);
  if (of === 'auxiliary') return plain(auxiliary ? [auxiliary] : []);
  if (of === 'full') return plain(auxiliary ? [...risks, auxiliary] : risks);
  if (typeof of !== 'object' || of === null) throw new MisuseError(`Cannot take the gradient of ${String(of)}: expected full, risk, auxiliary or an object`);
  const risk = (name: string): tf.Scalar => {
    const found = risks[names.indexOf(name)];
    if (!found) throw new MisuseError(`Cannot take the gradient of domain '${name}': it is not in the batch, expected one of ${names.join(', ')}`);
    return found;
  };
  if ('domain' in of) return plain([risk(of.domain)]);
  const weighted = Object.entries(of.risks).map(([name, factor]) => ({ output: risk(name), factor }));
  return auxiliary && of.auxiliary !== undefined ? [...weighted, { output: auxiliary, factor: of.auxiliary }] : weighted;
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
