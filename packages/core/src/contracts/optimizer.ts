import type { Static, TSchema } from '@sinclair/typebox';
import type { Gradients } from './gradients.ts';
import type { Evaluation, Objective } from './objective.ts';
import type { AnyItem, Define } from './plugin.ts';
import type { Stateful } from './state.ts';
import type { Weights } from './weights.ts';

/**
 * An optimizer receives no gradients: it receives an objective that it may evaluate, at the current weights and at shifted ones.
 * It passes the direction it finds to `apply`, exactly once per step; clipping, the learning rate and the base update rule follow there.
 */
export interface Optimizer extends Stateful, Disposable {
  /**
   * Takes one step. `direction` stays the optimizer's, which disposes it after `apply`; the weights change in `apply` only.
   *
   * @param learningRateFactor The schedule's factor of this step, which `apply` multiplies every learning rate by; for methods that follow the schedule.
   * Default: 1.
   * @param watch Given in steps whose gradients the run compares (`train.cosinesEvery`): a method that has the gradient of each domain hands them over.
   */
  step(objective: Objective, weights: Weights, apply: (direction: Gradients) => void, learningRateFactor?: number, watch?: GradientWatch): StepReport;
  /** Called once before training, ahead of any warm-up: throws a UserError where the options do not fit the model. */
  checkWeights?(weights: Weights): void;
}

/**
 * Compares the gradients of the domains. `weights`: ∇R_i of each domain before the step, as the method takes them; where a method hands over none, the run
 * takes its own. `ascending points`: the gradient at the point that belongs to the domain. The gradients stay the method's; call it before they are
 * disposed, all of one place before those of the next.
 */
export type GradientWatch = (at: 'weights' | 'ascending points', domain: string, gradients: Gradients) => void;

/** What an optimizer reports of a step. */
export interface StepReport {
  /** The kind of step: the optimizer's own name, or `erm` for the steps in between (LookSAM, GAC with `every`). Counted in the log. */
  readonly kind: string;
  /** The loss at the weights before the step, from the first evaluation. */
  readonly losses: LossValues;
}

/**
 * Losses as numbers, read back from the engine: the risk of each domain in the batch, already divided by the number of source domains, the auxiliary
 * loss where there is one, and their sum.
 */
export interface LossValues {
  readonly total: number;
  readonly risks: Readonly<Record<string, number>>;
  readonly auxiliary?: number;
}

/** What one step of a method costs for k domains, in passes over the whole batch: shown by `gradalign list`. */
export interface StepCost {
  /** Forward passes; a pass over one of k domains alone is 1/k. */
  forwards(domains: number): number;
  /** Backward passes, counted alike. */
  backwards(domains: number): number;
  /** Copies of all weights alive at the peak of a step, in addition to the weights themselves and the update rule's state. */
  weightCopies(domains: number): number;
}

/**
 * What a method reduces to at certain options, according to its paper. The conformance kit (`@gradalign/core/testing`) checks the claim on real
 * networks, for 1 to 4 domains, with and without an auxiliary loss.
 */
export interface Limit {
  /** The options at which it holds; the others have their defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The number of source domains it holds for; absent: any. */
  readonly domains?: number;
  /** How the forward pass treats the domains, as in `EvaluateOptions.domains`; default: joint. */
  readonly mode?: 'joint' | 'separate';
  /** The direction it reduces to: `erm`, which is { risk: 1, auxiliary: 1 }; risk · ∇R(θ) + auxiliary · ∇A(θ); or that of another method. */
  readonly equals:
    | 'erm'
    | { readonly risk: number; readonly auxiliary: number }
    | { readonly optimizer: AnyItem; readonly options: Readonly<Record<string, unknown>> };
  /** Bound on the largest difference, relative to the largest entry of the direction; default: 1e-5, float32 rounding. */
  readonly tolerance?: number;
}

/** An optimizer as a plugin offers it: its name, its options' schema, what it costs and claims, and how to make it. */
export interface OptimizerDefinition<S extends TSchema = TSchema> extends Define<'optimizer', S, [], Optimizer> {
  /** Default of the experiment's `optimizer.warmupEpochs`: epochs of plain ERM before the method starts. */
  readonly warmupEpochs?: number;
  /** Of the most expensive step, with default options; an option like `every` makes the others cheaper. */
  readonly cost: StepCost;
  /** Claims that the conformance kit checks. */
  readonly limits?: readonly Limit[];
  /** The orderings that change the direction beyond rounding, with these options; absent: neither does. */
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

/** Spread into optimizers and update rules that keep no state from step to step: nothing to save, restore or dispose. */
export const stateless: Stateful & Disposable = { state: () => ({}), restore: () => {}, [Symbol.dispose]: () => {} };

/** Reads an evaluation's losses back from the engine, and waits for it: call it once per step. The evaluation stays the caller's. */
export function lossValues({ domains, values }: Evaluation): LossValues {
  const risks = Object.fromEntries(domains.map((name, i) => [name, values.risks[i]?.dataSync()[0] ?? Number.NaN]));
  const auxiliary = values.auxiliary?.dataSync()[0];
  const total = Object.values(risks).reduce((sum, risk) => sum + risk, auxiliary ?? 0);
  return { total, risks, ...(auxiliary === undefined ? {} : { auxiliary }) };
}
