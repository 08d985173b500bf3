import type { TSchema } from '@sinclair/typebox';
import type { Define } from './plugin.ts';

/** One scored image, or one video whose frames were aggregated. */
export interface Scored {
  /** Probability of each class, by label. For two classes, `probabilities[1]` is the score: higher = bona fide. */
  readonly probabilities: readonly number[];
  readonly label: number;
  /** Attack instrument; absent for bona fide and where it is not known. */
  readonly species?: string;
}

/** A number (share in 0..1), or several under names (APCER per species). */
export type Figure = number | Readonly<Record<string, number>>;

/**
 * Collects, then computes. `compute` throws a RangeError `Cannot compute <metric>: ...` where the samples do not allow it
 * (none at all, one class only); the caller shows that instead of a number.
 */
export interface Metric {
  reset(): void;
  update(scored: readonly Scored[]): void;
  /** `threshold`: accepted as bona fide when score >= threshold. Metrics that need none ignore it. */
  compute(operating: { readonly threshold: number }): Figure;
}

export interface MetricDefinition<S extends TSchema = TSchema> extends Define<'metric', S, [], Metric> {
  /** `binary`: needs exactly two classes. */
  readonly classes: 'binary' | 'any';
  /** True where the figure changes with the threshold. */
  readonly usesThreshold: boolean;
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
 *         scores.push(...scored.map(({ probabilities: [, live = 0] }) => live));
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
