import type { Gradients } from '../contracts/gradients.ts';
import type { Evaluation } from '../contracts/objective.ts';

/** The gradients of the domains in a batch. Disposing it disposes all of them. */
export interface DomainGradients extends Disposable {
  /** g_i = ∇R_i of `evaluation.domains[i]`. */
  readonly all: readonly Gradients[];
}

/**
 * The gradients of the domains in the batch: one pullback each, all through one forward pass. Without an auxiliary loss this releases the evaluation's
 * tensors on the way, so that no further gradient can be taken from it. The caller disposes the result, and still disposes the evaluation.
 */
export function domainGradients(evaluation: Evaluation): DomainGradients {
  const nothingAfter = evaluation.values.auxiliary === undefined;
  const all: Gradients[] = [];
  const dispose = () => {
    for (const gradients of all) gradients[Symbol.dispose]();
  };
  try {
    for (const [i, domain] of evaluation.domains.entries())
      all.push(evaluation.gradient({ domain }, { last: nothingAfter && i === evaluation.domains.length - 1 }));
  } catch (error) {
    dispose();
    throw error;
  }
  return { all, [Symbol.dispose]: dispose };
}
