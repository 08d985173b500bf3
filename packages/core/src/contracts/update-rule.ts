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

export function defineUpdateRule<const S extends TSchema>(definition: Omit<UpdateRuleDefinition<S>, 'kind'>): UpdateRuleDefinition<S> {
  return { kind: 'updateRule', ...definition };
}
