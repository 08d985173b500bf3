import type { Auxiliary, Risk } from '../contracts/loss.ts';
import type { Model } from '../contracts/model.ts';
import type { Objective } from '../contracts/objective.ts';
import type { Weights } from '../contracts/weights.ts';
import type { DomainBatch } from '../data/domain-batch.ts';
import { createObjective } from '../training/create-objective.ts';

/** Something small to train: a model, its losses, and batches of k domains. Disposed as a whole. */
export interface Problem extends Disposable {
  readonly weights: Weights;
  /** The source domains, `domain0` to `domain<k-1>` in some order. */
  readonly domains: readonly string[];
  /** What step number `step` trains on; the batches come round again. */
  objective(step: number): Objective;
  /** Share of that step's batch that a domain has, 0..1. */
  share(step: number, domain: string): number;
}

export interface ProblemParts {
  readonly model: Model;
  readonly risk: Risk;
  readonly auxiliaries: readonly Auxiliary[];
  readonly domains: readonly string[];
  readonly batches: readonly DomainBatch[];
}

export function createProblem({ model, risk, auxiliaries, domains, batches }: ProblemParts): Problem {
  const batch = (step: number) => batches[step % batches.length] as DomainBatch;
  return {
    weights: model.weights,
    domains,
    objective: (step) => createObjective({ model, risk, auxiliaries, domains, batch: batch(step) }),
    share(step, domain) {
      const of = batch(step).domains;
      return of.filter((index) => index === domains.indexOf(domain)).length / of.length;
    },
    [Symbol.dispose]() {
      for (const one of batches) one[Symbol.dispose]();
      model[Symbol.dispose]();
    },
  };
}
