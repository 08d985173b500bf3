import type { Static, TSchema } from '@sinclair/typebox';
import type { Gradients } from './gradients.ts';
import type { Evaluation, Objective } from './objective.ts';
import type { AnyItem, Define } from './plugin.ts';
import type { Stateful } from './state.ts';
import type { Weights } from './weights.ts';

/**
 * An optimizer receives no gradients: it receives an objective that it may ask, at the current weights and at shifted ones.
 * It hands the direction it found to `apply`, exactly once a step; the base update rule, clipping and the learning rate are behind it.
 */
export interface Optimizer extends Stateful, Disposable {
  /**
   * @param learningRateFactor The schedule's factor of this step, which `apply` multiplies every learning rate by; for methods that follow the schedule.
   * Default: 1.
   */
  step(objective: Objective, weights: Weights, apply: (direction: Gradients) => void, learningRateFactor?: number): StepReport;
  /** Called once before training, ahead of any warm-up: throws a UserError where the options do not fit the model. */
  checkWeights?(weights: Weights): void;
}

export interface StepReport {
  /** What kind of step it took: the optimizer's own name, or `erm` on steps between (LookSAM, GAC with `every`). Counted in the log. */
  readonly kind: string;
  /** The loss at the weights before the step, from the first evaluation. */
  readonly losses: LossValues;
}

/** Read back from the engine: the risk of each domain present (already divided by the number of source domains), and the auxiliary loss. */
export interface LossValues {
  readonly total: number;
  readonly risks: Readonly<Record<string, number>>;
  readonly auxiliary?: number;
}

/** What one step of a method costs, in passes of the whole batch, for k domains: shown by `gradalign list`. */
export interface StepCost {
  forwards(domains: number): number;
  backwards(domains: number): number;
  /** Copies of all weights that live at the same time at the peak of a step, besides the weights and the update rule's state. */
  weightCopies(domains: number): number;
}

/**
 * What a method becomes at certain options, as its paper says: a claim that the conformance kit (`@gradalign/core/testing`) checks on real networks,
 * for 1 to 4 domains, with and without an auxiliary loss.
 */
export interface Limit {
  /** Beside the defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Holds for this number of source domains; absent: for any. */
  readonly domains?: number;
  /** How the forward sees the domains; default: joint. */
  readonly mode?: 'joint' | 'separate';
  /** `erm` is { risk: 1, auxiliary: 1 }; or risk · ∇R(θ) + auxiliary · ∇A(θ); or the direction of another method. */
  readonly equals:
    | 'erm'
    | { readonly risk: number; readonly auxiliary: number }
    | { readonly optimizer: AnyItem; readonly options: Readonly<Record<string, unknown>> };
  /** Of the largest difference, relative to the largest entry of the direction; default: 1e-5, float32 rounding. */
  readonly tolerance?: number;
}

export interface OptimizerDefinition<S extends TSchema = TSchema> extends Define<'optimizer', S, [], Optimizer> {
  /** Epochs of plain ERM before the method acts, where the experiment does not say. */
  readonly warmupEpochs?: number;
  /** The most expensive step; an option that changes it (`every`) makes others cheaper. */
  readonly cost: StepCost;
  readonly limits?: readonly Limit[];
  /** What the direction depends on the order of, beyond rounding, with these options; absent: on neither. */
  orderMatters?(options: Static<S>): readonly ('domains' | 'parameters')[];
}

/**
 * An optimizer of a plugin. `optimizerChecks` of `@gradalign/core/testing` checks it against everything that a run relies on.
 *
 * @example
 * ```ts
 * import { defineOptimizer, Gradients, lossValues, stateless } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 *
 * export const extragradient = defineOptimizer({
 *   name: 'extragradient',
 *   summary: 'The gradient at the point that one plain step would lead to',
 *   options: Type.Object({ lookahead: Type.Number({ minimum: 0, default: 0.01 }) }, { additionalProperties: false }),
 *   cost: { forwards: () => 2, backwards: () => 2, weightCopies: () => 3 },
 *   limits: [{ options: { lookahead: 0 }, equals: 'erm' }],
 *   create: ({ lookahead }) => ({
 *     ...stateless,
 *     step(objective, weights, apply) {
 *       using here = objective.evaluate();
 *       using gradient = here.gradient('full', { last: true });
 *       using ahead = Gradients.combine([[-lookahead, gradient]]);
 *       using direction = weights.shifted(ahead, () => {
 *         using there = objective.evaluate({ statistics: 'keep' });
 *         return there.gradient('full', { last: true });
 *       });
 *       apply(direction);
 *       return { kind: 'extragradient', losses: lossValues(here) };
 *     },
 *   }),
 * });
 * ```
 */
export function defineOptimizer<const S extends TSchema>(definition: Omit<OptimizerDefinition<S>, 'kind'>): OptimizerDefinition<S> {
  return { kind: 'optimizer', ...definition };
}

/** For optimizers that carry nothing from step to step. */
export const stateless: Stateful & Disposable = { state: () => ({}), restore: () => {}, [Symbol.dispose]: () => {} };

/** Reads an evaluation's losses back: the one wait for the engine in a step. */
export function lossValues({ domains, values }: Evaluation): LossValues {
  const risks = Object.fromEntries(domains.map((name, i) => [name, values.risks[i]?.dataSync()[0] ?? Number.NaN]));
  const auxiliary = values.auxiliary?.dataSync()[0];
  const total = Object.values(risks).reduce((sum, risk) => sum + risk, auxiliary ?? 0);
  return { total, risks, ...(auxiliary === undefined ? {} : { auxiliary }) };
}
