import type { Auxiliary, Risk } from '../contracts/loss.ts';
import type { Model } from '../contracts/model.ts';
import type { Objective } from '../contracts/objective.ts';
import { createRandom } from '../contracts/seed.ts';
import type { Weights } from '../contracts/weights.ts';
import type { DomainBatch } from '../data/domain-batch.ts';
import { createObjective } from '../training/create-objective.ts';
import { createTrainedWeights } from '../training/trained-weights.ts';

/** A small training problem: a model, its losses, and batches of k domains. Disposing it disposes all of them. */
export interface Problem extends Disposable {
  /** Those of its model, and those of its auxiliary losses as `losses/loss<i>/<name>`. */
  readonly weights: Weights;
  /** The source domains, `domain0` to `domain<k-1>` in some order. */
  readonly domains: readonly string[];
  /** The objective of step number `step`; the batches repeat in a cycle. `accumulate`: the parts that its batch is split into (default: 1). */
  objective(step: number, options?: { readonly accumulate?: number }): Objective;
  /** A domain's share of that step's batch, 0..1. */
  share(step: number, domain: string): number;
}

/** What a problem is made of; it takes ownership of the model and the batches. */
export interface ProblemParts {
  readonly model: Model;
  readonly risk: Risk;
  /** May be empty. */
  readonly auxiliaries: readonly Auxiliary[];
  /** Names of the source domains; batches refer to them by index. */
  readonly domains: readonly string[];
  /** At least one. */
  readonly batches: readonly DomainBatch[];
}

/** A problem of these parts; step number i trains on batch i modulo their number. */
export function createProblem({ model, risk, auxiliaries, domains, batches }: ProblemParts): Problem {
  const batch = (step: number) => batches[step % batches.length] as DomainBatch;
  const [, size, , channels] = batch(0).images.shape;
  const trained = createTrainedWeights({
    model,
    auxiliaries,
    names: auxiliaries.map((_, i) => `loss${i}`),
    image: { size, channels },
    domains,
    classes: ['attack', 'live'],
    random: (weight) => createRandom(['problem', weight]),
  });
  return {
    weights: trained.all,
    domains,
    objective: (step, { accumulate = 1 } = {}) => createObjective({ model, risk, auxiliaries, trained, domains, batch: batch(step), accumulate }),
    share(step, domain) {
      const of = batch(step).domains;
      return of.filter((index) => index === domains.indexOf(domain)).length / of.length;
    },
    [Symbol.dispose]() {
      for (const one of batches) one[Symbol.dispose]();
      trained[Symbol.dispose]();
      model[Symbol.dispose]();
    },
  };
}
