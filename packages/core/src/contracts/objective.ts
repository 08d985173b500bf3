import type * as tf from '@tensorflow/tfjs-core';
import type { Gradients } from './gradients.ts';

/** Model, losses and one batch: what an optimizer may ask. The only place where gradients are taken. */
export interface Objective {
  /** One forward pass at the current weights. The graph lives until the evaluation is disposed. */
  evaluate(options?: EvaluateOptions): Evaluation;
}

export interface EvaluateOptions {
  /** `update` (default): batch norm's running statistics move, once. `keep`: they stay, as at every ascending point. */
  readonly statistics?: 'update' | 'keep';
  /**
   * `joint` (default): one forward over the whole batch, so that batch norm couples the domains. `separate`: one forward for each domain with its
   * own batch statistics; the running statistics move by the mean over the domains. A domain's gradient then costs a pass over its own samples only.
   */
  readonly domains?: 'joint' | 'separate';
  /** This domain's samples alone are seen, at the cost of their share of the batch. There is no auxiliary value then: it is defined on whole batches. */
  readonly only?: string;
  /**
   * Gradients will be asked of these trainable weights alone (default: of all): what depends on none of them is not kept, and no backward pass goes
   * through it. With the head's weights a gradient costs next to nothing beside the forward.
   */
  readonly withRespectTo?: (weight: string) => boolean;
}

/**
 * 'risk' is R = ΣR_i, 'auxiliary' is A, 'full' is R + A; a domain's is its R_i, already divided by the number of source domains; `risks` by domain
 * (absent: 0) and `auxiliary` (absent: 0) are the factors of a sum Σ factor · R_i + factor · A.
 */
export type GradientOf =
  | 'full'
  | 'risk'
  | 'auxiliary'
  | { readonly domain: string }
  | { readonly risks: Readonly<Record<string, number>>; readonly auxiliary?: number };

export interface Evaluation extends Disposable {
  /** k, the number of source domains of the run, which divides every risk; more than are present where the batch lacks one. */
  readonly sources: number;
  /** Their names, in the order in which the experiment lists them. */
  readonly sourceDomains: readonly string[];
  /** The domains present in the batch, in the order of the source domains. */
  readonly domains: readonly string[];
  /** `risks[i]` belongs to `domains[i]`. Disposed with the evaluation. */
  readonly values: { readonly risks: readonly tf.Scalar[]; readonly auxiliary?: tf.Scalar };
  /**
   * One pullback through the graph of this one forward: gradients by weight name, for the weights that are not frozen, that `withRespectTo` accepts and
   * that the value depends on. With `last` nothing more may be asked: tensors are released on the way, which lowers the peak of memory.
   */
  gradient(of: GradientOf, options?: { readonly last?: boolean }): Gradients;
}
