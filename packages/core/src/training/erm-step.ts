import type { Gradients } from '../contracts/gradients.ts';
import type { Objective } from '../contracts/objective.ts';
import { lossValues, type StepReport } from '../contracts/optimizer.ts';

/** The kind of plain steps in reports and counts. */
export const ermKind = 'erm';

/** One step of empirical risk minimization, of kind `erm`: applies the direction ∇(R + A) at the weights. Used in warm-up epochs, and by methods that act on some steps only. */
export function ermStep(objective: Objective, apply: (direction: Gradients) => void): StepReport {
  using here = objective.evaluate();
  using direction = here.gradient('full', { last: true });
  apply(direction);
  return { kind: ermKind, losses: lossValues(here) };
}
