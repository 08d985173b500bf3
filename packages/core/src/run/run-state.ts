import type { Callback } from '../contracts/callback.ts';
import { DivergedError } from '../contracts/errors.ts';
import type { State, Stateful } from '../contracts/state.ts';
import type { Weights } from '../contracts/weights.ts';
import type { LoopParts } from '../training/training-loop.ts';

/** Everything besides the weights that affects the next step, by owner. */
export interface RunState {
  save(): Record<string, State>;
  restore(states: Readonly<Record<string, State>>): void;
}

/** The parts of a run that may carry state from step to step. */
export type StatefulParts = Pick<LoopParts, 'optimizer' | 'updateRule' | 'callbacks'>;

/** The combined state of the optimizer, the update rule and the callbacks that have one. */
export function runState(parts: StatefulParts): RunState {
  const owners: [string, Stateful][] = [
    ['optimizer', parts.optimizer],
    ['updateRule', parts.updateRule],
    ...parts.callbacks.flatMap((callback, i): [string, Stateful][] => (isStateful(callback) ? [[`callback${i}`, callback]] : [])),
  ];
  return {
    save: () => Object.fromEntries(owners.map(([name, owner]) => [name, owner.state()])),
    restore(states) {
      for (const [name, owner] of owners) owner.restore(states[name] ?? {});
    },
  };
}

function isStateful(callback: Callback): callback is Callback & Stateful {
  return callback.state !== undefined && callback.restore !== undefined;
}

/**
 * Keeps a checkpoint of non-finite weights from replacing a good one.
 *
 * @throws DivergedError that names the weight.
 */
export function refuseNonFiniteWeights(weights: Weights, where: string): void {
  const name = weights.nonFinite();
  if (name !== undefined)
    throw new DivergedError(`Cannot save ${where}: weight '${name}' holds values that are not finite, expected numbers; the last good checkpoint is kept`);
}
