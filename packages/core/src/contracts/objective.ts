import type * as tf from '@tensorflow/tfjs-core';
import type { Gradients } from './gradients.ts';

/** Model, losses and one batch, as an optimizer sees them. The only place where gradients are taken. */
export interface Objective {
  /** One forward pass at the current weights. The caller disposes the evaluation, which holds the graph until then. */
  evaluate(options?: EvaluateOptions): Evaluation;
}

/** An optimizer asks an objective for what it has not. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError';
}

/** How `Objective.evaluate` runs the forward pass. */
export interface EvaluateOptions {
  /** `update` (default): batch norm's running statistics move, once. `keep`: they do not, as needed at every ascending point. */
  readonly statistics?: 'update' | 'keep';
  /**
   * `joint` (default): one forward pass over the whole batch, so that batch norm couples the domains. `separate`: each domain has its own batch
   * statistics; the running statistics move by their mean over the domains. A domain's gradient then costs a backward pass over its own samples only.
   */
  readonly domains?: 'joint' | 'separate';
  /** Evaluates this domain's samples alone, at the cost of their share of the batch. There is no auxiliary value then: it is defined on whole batches. */
  readonly only?: string;
  /**
   * Gradients will be asked of these trainable weights alone (default: of all): what depends on none of them is not kept, and no backward pass goes
   * through it. With the head's weights a gradient costs next to nothing beside the forward.
   */
  readonly withRespectTo?: (weight: string) => boolean;
}

/**
 * Which value to differentiate: `risk` is R = Σ R_i, `auxiliary` is A, `full` is R + A, `{ domain }` is that domain's R_i, which is already divided by
 * the number of source domains. `{ risks, auxiliary }` is the weighted sum Σ risks_i · R_i + auxiliary · A, with factors by domain name (absent: 0).
 */
export type GradientOf =
  | 'full'
  | 'risk'
  | 'auxiliary'
  | { readonly domain: string }
  | { readonly risks: Readonly<Record<string, number>>; readonly auxiliary?: number };

/** The losses of one forward pass, and their gradients. Disposing it frees the graph and `values`. */
export interface Evaluation extends Disposable {
  /** k, the number of source domains of the run, by which every risk is divided; larger than `domains.length` where the batch lacks a domain. */
  readonly sources: number;
  /** Their names, in the order in which the experiment lists them. */
  readonly sourceDomains: readonly string[];
  /** The domains present in the batch, in the order of the source domains. */
  readonly domains: readonly string[];
  /** Scalars: `risks[i]` is the mean risk of `domains[i]` divided by k; `auxiliary` is the sum of the auxiliary losses, absent without any. Disposed with the evaluation. */
  readonly values: { readonly risks: readonly tf.Scalar[]; readonly auxiliary?: tf.Scalar };
  /**
   * One backward pass through the graph of this forward pass: gradients by weight name, for the weights that are not frozen, that `withRespectTo` accepts and that the value depends
   * on. The caller disposes them. After a call with `last` no further gradient may be taken: tensors are freed on the way, which lowers peak memory.
   */
  gradient(of: GradientOf, options?: { readonly last?: boolean }): Gradients;
}
