import type { Gradients } from '../contracts/gradients.ts';
import type { Objective } from '../contracts/objective.ts';
import { lossValues, type StepReport } from '../contracts/optimizer.ts';

/** One step of empirical risk minimisation: the direction is ∇(R + A) at the weights. What warm-up epochs and steps between take. */
export function ermStep(objective: Objective, apply: (direction: Gradients) => void): StepReport {
  using here = objective.evaluate();
  using direction = here.gradient('full', { last: true });
  apply(direction);
  return { kind: 'erm', losses: lossValues(here) };
}
