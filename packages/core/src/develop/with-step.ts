import type { Optimizer } from '../contracts/optimizer.ts';

/** The optimizer with another `step`, which usually calls its own. It stays its owner's: disposing the result disposes it. */
export function withStep(optimizer: Optimizer, step: Optimizer['step']): Optimizer {
  return {
    step,
    ...(optimizer.checkWeights ? { checkWeights: (weights) => optimizer.checkWeights?.(weights) } : {}),
    state: () => optimizer.state(),
    restore: (...state) => optimizer.restore(...state),
    [Symbol.dispose]: () => optimizer[Symbol.dispose](),
  };
}
