import type { EvaluateOptions, Evaluation, GradientOf, Objective } from '../contracts/objective.ts';
import type { Problem } from './problem.ts';

/** Calls of an objective. Forwards and backwards count in passes of the whole batch: a pass of one domain counts as that domain's share. */
export interface Asked {
  forwards: number;
  backwards: number;
  /** Evaluations that moved the running statistics. */
  updates: number;
  /** Calls of `evaluate` and `gradient`. */
  calls: number;
}

/** The objective of a step, with its calls counted; `before` is called with the number of each call, from 0, and may throw. */
export function watchObjective(
  problem: Problem,
  step: number,
  before: (call: number) => void = () => {},
): { readonly objective: Objective; readonly asked: Asked } {
  const asked: Asked = { forwards: 0, backwards: 0, updates: 0, calls: 0 };
  const objective = problem.objective(step);
  const evaluate = (options: EvaluateOptions = {}): Evaluation => {
    before(asked.calls++);
    const whole = options.only === undefined ? 1 : problem.share(step, options.only);
    asked.forwards += whole;
    if (options.statistics !== 'keep') asked.updates++;
    const evaluation = objective.evaluate(options);
    return {
      ...evaluation,
      gradient(of, last) {
        before(asked.calls++);
        asked.backwards += options.domains === 'separate' ? seen(of, whole) : whole;
        return evaluation.gradient(of, last);
      },
    };
  };
  /** Of domains with a forward pass each, only those asked for take a backward pass. */
  const seen = (of: GradientOf, whole: number): number => {
    if (typeof of === 'string' || ('risks' in of && of.auxiliary !== undefined)) return whole;
    const domains = 'domain' in of ? [of.domain] : Object.keys(of.risks);
    return domains.reduce((sum, domain) => sum + problem.share(step, domain), 0);
  };
  return { objective: { evaluate }, asked };
}
