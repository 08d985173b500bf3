import type { TSchema } from '@sinclair/typebox';
import type { Define } from './plugin.ts';

/** One scored image, or one video with its frames aggregated. */
export interface Scored {
  /** [classes], in 0..1: the probability of each class, by label. For two classes, `probabilities[1]` is that of bona fide. */
  readonly probabilities: readonly number[];
  /** Two classes: what is compared with the threshold and ranked; higher means bona fide. The network's logit, or `probabilities[1]` where a loss gives none. */
  readonly score?: number;
  /** Index of the true class: 0 attack, 1 bona fide for two classes. */
  readonly label: number;
  /** Attack instrument species (ISO/IEC 30107-3); absent for bona fide and where it is unknown. */
  readonly species?: string;
  /** Name of the domain that it belongs to: the experiment's key, or the folder's name. */
  readonly domain: string;
  /** The person, unique within the domain only; absent where it is unknown. */
  readonly subject?: string;
}

/** A value, in 0..1 for rates and shares, or several by name (APCER per species). */
export type Figure = number | Readonly<Record<string, number>>;

/** Collects scored samples, then computes a figure from them. */
export interface Metric {
  /** Forgets all samples. */
  reset(): void;
  /** Adds samples; may be called any number of times. */
  update(scored: readonly Scored[]): void;
  /**
   * The figure over all samples since `reset`. A sample is accepted as bona fide where its score >= `threshold`; metrics that need none ignore it.
   *
   * @throws RangeError `Cannot compute <metric>: ...` where the samples do not allow it (none at all, one class only). The caller shows that instead
   * of a number.
   */
  compute(operating: { readonly threshold: number }): Figure;
  /** The figure of @gradalign/metrics that it is, whose bootstrap interval is shown beside it: `['auc']`, `['tprAtFpr', '0.01']`. Absent: it has no interval. */
  readonly figure?: readonly [string] | readonly [string, string];
}

/** A metric as a plugin offers it: its name, its options' schema, and how to make it. */
export interface MetricDefinition<S extends TSchema = TSchema> extends Define<'metric', S, [], Metric> {
  /** `binary`: needs exactly two classes. */
  readonly classes: 'binary' | 'any';
  /** True where the figure changes with the threshold. */
  readonly usesThreshold: boolean;
  /**
   * True where the figure chooses a threshold of its own on the samples it is computed from. It does not stand under the deployable convention, where
   * every threshold was fixed beforehand; default: false.
   */
  readonly choosesThreshold?: boolean;
  /** Which values are better: the choice of a checkpoint and the tables go by it. */
  readonly better: 'higher' | 'lower';
  /** The option that `name=value` sets in YAML: `tpr@fpr=1%` is { use: 'tpr@fpr', fpr: 0.01 }. */
  readonly shorthand?: string;
}

/**
 * A metric of a plugin.
 *
 * @example
 * ```ts
 * import { defineMetric } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 *
 * export const acceptanceRate = defineMetric({
 *   name: 'acceptance-rate',
 *   summary: 'Share of all samples that are accepted as bona fide',
 *   classes: 'binary',
 *   usesThreshold: true,
 *   better: 'higher',
 *   options: Type.Object({}, { additionalProperties: false }),
 *   create() {
 *     let scores: number[] = [];
 *     return {
 *       reset() {
 *         scores = [];
 *       },
 *       update(scored) {
 *         scores.push(...scored.map(({ score = 0 }) => score));
 *       },
 *       compute({ threshold }) {
 *         if (scores.length === 0) throw new RangeError('Cannot compute acceptance-rate: there are no samples, expected at least 1');
 *         return scores.filter((score) => score >= threshold).length / scores.length;
 *       },
 *     };
 *   },
 * });
 * ```
 */
export function defineMetric<const S extends TSchema>(definition: Omit<MetricDefinition<S>, 'kind'>): MetricDefinition<S> {
  return { kind: 'metric', ...definition };
}
