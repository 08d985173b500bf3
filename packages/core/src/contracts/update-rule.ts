import type { TSchema } from '@sinclair/typebox';
import type { Gradients } from './gradients.ts';
import type { Define } from './plugin.ts';
import type { Stateful } from './state.ts';
import type { Weights } from './weights.ts';

/** Turns a direction into a change of the weights (SGD, Adam, AdamW), with its own learning rate and weight decay. */
export interface UpdateRule extends Stateful, Disposable {
  /**
   * Moves every trainable weight that `direction` names, in place. A weight without an entry (frozen, or not reached by the loss) stays unchanged and is
   * not decayed, as in PyTorch. `learningRateFactor` is the schedule's. The direction stays the caller's.
   */
  apply(direction: Gradients, weights: Weights, learningRateFactor: number): void;
}

/** An update rule as a plugin offers it: its name, its options' schema, and how to make it. */
export interface UpdateRuleDefinition<S extends TSchema = TSchema> extends Define<'updateRule', S, [], UpdateRule> {}

/**
 * An update rule of a plugin.
 *
 * @example
 * ```ts
 * import { defineUpdateRule, stateless } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 * import * as tf from '@tensorflow/tfjs-core';
 *
 * export const signSgd = defineUpdateRule({
 *   name: 'sign-sgd',
 *   summary: 'Moves every weight by the learning rate against the sign of its direction',
 *   paper: 'Bernstein et al., signSGD, ICML 2018, arXiv 1802.04434',
 *   options: Type.Object({ learningRate: Type.Number({ minimum: 0, default: 1e-3 }) }, { additionalProperties: false }),
 *   create: ({ learningRate }) => ({
 *     ...stateless,
 *     apply(direction, weights, learningRateFactor) {
 *       for (const [name, gradient] of direction.byName) {
 *         const moved = tf.tidy(() => tf.sub(weights.get(name), tf.mul(tf.sign(gradient), learningRate * learningRateFactor)));
 *         weights.assign(name, moved);
 *         moved.dispose();
 *       }
 *     },
 *   }),
 * });
 * ```
 */
export function defineUpdateRule<const S extends TSchema>(definition: Omit<UpdateRuleDefinition<S>, 'kind'>): UpdateRuleDefinition<S> {
  return { kind: 'updateRule', ...definition };
}
