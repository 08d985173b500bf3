import { type EvaluateOptions, MisuseError, type Objective } from '../../contracts/objective.ts';
import { blame, type PluginItem } from '../../contracts/plugin-error.ts';
import { culpritOf } from './culprit.ts';

/** An objective for a plugin's optimizer that keeps apart what the objective throws by itself, and what it throws because it is used wrongly. */
export interface GuardedObjective {
  readonly objective: Objective;
  /** The error for the user: the fault of the model or loss in whose code it arose, or no plugin's; undefined where it did not arise in the objective. */
  ownError(error: unknown): unknown;
}

/** Errors of the objective's model and losses are not the fault of the optimizer that asked for them. */
export function guardObjective(objective: Objective): GuardedObjective {
  const own = new Map<unknown, PluginItem | undefined>();
  const theirs = new Set<unknown>();
  const attempt = <T>(body: () => T): T => {
    try {
      return body();
    } catch (error) {
      if (!(error instanceof MisuseError || theirs.has(error))) own.set(error, culpritOf(error));
      throw error;
    }
  };
  return {
    objective: {
      evaluate(options) {
        const evaluation = attempt(() => objective.evaluate(withOwnErrors(options, theirs)));
        let disposed = false;
        return {
          ...evaluation,
          gradient: (...args) => (disposed ? evaluation.gradient(...args) : attempt(() => evaluation.gradient(...args))),
          [Symbol.dispose]() {
            disposed = true;
            evaluation[Symbol.dispose]();
          },
        };
      },
    },
    ownError(error) {
      if (!own.has(error)) return undefined;
      const item = own.get(error);
      return item ? blame(item, 'its gradient', 'a gradient', error) : error;
    },
  };
}

/** The optimizer's own function among the options: what it throws is kept in `theirs`. */
function withOwnErrors(options: EvaluateOptions | undefined, theirs: Set<unknown>): EvaluateOptions | undefined {
  const { withRespectTo } = options ?? {};
  if (!withRespectTo) return options;
  return {
    ...options,
    withRespectTo(weight) {
      try {
        return withRespectTo(weight);
      } catch (error) {
        theirs.add(error);
        throw error;
      }
    },
  };
}
