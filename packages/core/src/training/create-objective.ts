import { recordTape, type Tape, weightedSum } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelOutput } from '../contracts/model.ts';
import type { EvaluateOptions, Evaluation, Objective } from '../contracts/objective.ts';
import { evaluateInParts } from './evaluate-in-parts.ts';
import { type ObjectiveParts, type Present, presentDomains, rowsInBatch } from './objective-parts.ts';
import { auxiliaryValue, type BatchOutput, factorsOf, inOrderOfBatch, type Values, weightedOf } from './objective-values.ts';
import { pullback } from './pullback.ts';
import { type BatchStatistics, keepMeasured, moveRunningStatistics } from './running-statistics.ts';
import { modelAlone } from './trained-weights.ts';

/**
 * The objective of one step: R + A on this batch, with R = Σ R_i and R_i = mean loss of domain i / k.
 *
 * The objective holds no tensors of its own; each `evaluate` returns an Evaluation that the caller disposes.
 */
export function createObjective(parts: ObjectiveParts): Objective {
  const inParts = (parts.accumulate ?? 1) > 1;
  return { evaluate: (options = {}) => (inParts ? evaluateInParts(parts, options) : evaluate(parts, options)) };
}

function evaluate(whole: ObjectiveParts, { statistics = 'update', domains = 'joint', only, withRespectTo }: EvaluateOptions): Evaluation {
  // A single domain is gathered the same way as in separate forwards.
  const mode = only === undefined ? domains : 'separate';
  const parts = only === undefined ? whole : { ...whole, auxiliaries: [] };
  const { model } = parts;
  const present = presentDomains(parts, only);
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
    gradient(of, { last = false } = {}) {
      const factors = factorsOf(of, names, values.auxiliary !== undefined);
      return pullback(tape, weightedOf(factors, values, names), weights, last, asked);
    },
    [Symbol.dispose]: () => release({ result: values, tape }),
  };
}

/** What a forward pass gives: the risks of the domains, and its outputs in the order of the batch. */
interface Forward {
  readonly risks: readonly tf.Scalar[];
  readonly output: BatchOutput;
}

function jointForward(parts: ObjectiveParts, present: readonly Present[], measured: BatchStatistics[]): Forward {
  const { model, risk, batch, domains } = parts;
  const { features, logits } = model.apply(batch.images, {
    training: true,
    statistics: (names, mean, variance) => measured.push(keepMeasured(names, mean, variance)),
  });
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
    statistics: (names, mean, variance) => measured.push(keepMeasured(names, mean, variance)),
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
    const output = model.apply(images, { training: true, statistics: (names, mean, variance) => measured.push(keepMeasured(names, mean, variance)) });
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

function release({ result, tape }: { result: Values; tape: Tape }): void {
  tape.dispose();
  tf.dispose([...result.risks, ...(result.auxiliary ? [result.auxiliary] : [])]);
}

function repeat(values: Int32Array, times: number): Int32Array {
  const out = new Int32Array(values.length * times);
  for (let i = 0; i < times; i++) out.set(values, i * values.length);
  return out;
}
