import type { Gradients } from '../contracts/gradients.ts';
import type { Evaluation } from '../contracts/objective.ts';

export interface DomainGradients extends Disposable {
  /** g_i = ∇R_i of `evaluation.domains[i]`. */
  readonly all: readonly Gradients[];
}

/**
 * The gradients of the domains present: one pullback each, all through the one forward pass. Without an auxiliary loss nothing more may be asked of the
 * evaluation afterwards: its tensors are released on the way.
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
