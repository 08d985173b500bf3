import * as tf from '@tensorflow/tfjs-core';
import type { AuxiliaryBatch } from '../contracts/loss.ts';
import { type GradientOf, MisuseError } from '../contracts/objective.ts';
import type { ObjectiveParts } from './objective-parts.ts';
import type { Weighted } from './pullback.ts';
import { noWeights } from './trained-weights.ts';

/** The values of an evaluation: of each domain present, and of the auxiliary losses if there are any. */
export interface Values {
  readonly risks: readonly tf.Scalar[];
  readonly auxiliary?: tf.Scalar;
}

/** The network's outputs in the order of the batch. Made when they are asked for: without auxiliary losses nothing is, and logits only for losses that read them. */
export interface BatchOutput {
  features(): tf.Tensor2D;
  logits(): tf.Tensor2D;
}

/** The factors of the values in what a gradient is taken of; a value without a factor has no part in it. */
export interface Factors {
  readonly risks: ReadonlyMap<string, number>;
  readonly auxiliary?: number;
}

/**
 * Reads what a gradient is asked of.
 *
 * @param names The domains present.
 * @throws MisuseError if it is of a domain that is not, or of no known form.
 */
export function factorsOf(of: GradientOf, names: readonly string[], hasAuxiliary: boolean): Factors {
  const all = () => new Map(names.map((name) => [name, 1]));
  const auxiliary = hasAuxiliary ? { auxiliary: 1 } : {};
  if (of === 'risk') return { risks: all() };
  if (of === 'auxiliary') return { risks: new Map(), ...auxiliary };
  if (of === 'full') return { risks: all(), ...auxiliary };
  if (typeof of !== 'object' || of === null) throw new MisuseError(`Cannot take the gradient of ${String(of)}: expected full, risk, auxiliary or an object`);
  const risks = new Map('domain' in of ? [[of.domain, 1]] : Object.entries(of.risks));
  for (const name of risks.keys())
    if (!names.includes(name))
      throw new MisuseError(`Cannot take the gradient of domain '${name}': it is not in the batch, expected one of ${names.join(', ')}`);
  return { risks, ...('risks' in of && hasAuxiliary && of.auxiliary !== undefined ? { auxiliary: of.auxiliary } : {}) };
}

/** The values that a gradient is taken of, each with its factor; `names` are the domains of the risks. */
export function weightedOf({ risks: ofRisks, auxiliary: ofAuxiliary }: Factors, { risks, auxiliary }: Values, names: readonly string[]): readonly Weighted[] {
  const weighted = [...ofRisks].map(([name, factor]) => ({ output: risks[names.indexOf(name)] as tf.Scalar, factor }));
  return auxiliary && ofAuxiliary !== undefined ? [...weighted, { output: auxiliary, factor: ofAuxiliary }] : weighted;
}

/** The sum of the auxiliary losses, whose statistics move if they are to; nothing without such losses. Runs inside the caller's tidy. */
export function auxiliaryValue(parts: ObjectiveParts, output: BatchOutput, statistics: 'update' | 'keep'): Pick<Values, 'auxiliary'> {
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

/** Row i of `rows` belongs to image `order[i]`. */
export function inOrderOfBatch(rows: tf.Tensor2D, order: readonly number[]): tf.Tensor2D {
  const back = new Int32Array(order.length);
  order.forEach((row, i) => {
    back[row] = i;
  });
  return tf.gather(rows, tf.tensor1d(back, 'int32'));
}
