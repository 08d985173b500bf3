import type { Callback } from '../contracts/callback.ts';
import { DivergedError } from '../contracts/errors.ts';
import type { State, Stateful } from '../contracts/state.ts';
import type { Weights } from '../contracts/weights.ts';
import type { TrainedWeights } from '../training/trained-weights.ts';
import type { LoopParts } from '../training/training-loop.ts';
import { restoreWeights } from './restore-weights.ts';

/** Everything besides the model's weights that affects the next step, by owner. */
export interface RunState {
  save(): Record<string, State>;
  restore(states: Readonly<Record<string, State>>): void;
}

/** The parts of a run that may carry state from step to step. */
export type StatefulParts = Pick<LoopParts, 'optimizer' | 'updateRule' | 'callbacks'> & { readonly trained: TrainedWeights };

/** The combined state of the optimizer, the update rule, the callbacks that have one, and the weights that losses own. */
export function runState(parts: StatefulParts): RunState {
  const owners: [string, Stateful][] = [
    ['optimizer', parts.optimizer],
    ['updateRule', parts.updateRule],
    ...(hasWeights(parts.trained.losses) ? [['losses', lossState(parts.trained.losses)] as [string, Stateful]] : []),
    ...parts.callbacks.flatMap((callback, i): [string, Stateful][] => (isStateful(callback) ? [[`callback${i}`, callback]] : [])),
  ];
  return {
    save: () => Object.fromEntries(owners.map(([name, owner]) => [name, owner.state()])),
    restore(states) {
      for (const [name, owner] of owners) owner.restore(states[name] ?? {});
    },
  };
}

function hasWeights({ parameters, statistics }: Weights): boolean {
  return parameters.size + statistics.size > 0;
}

/** The weights that losses own, which a file of the model's weights leaves out: they are needed for going on, not for evaluating. */
function lossState(weights: Weights): Stateful {
  return {
    state: () => ({ tensors: Object.fromEntries([...weights.parameters, ...weights.statistics]) }),
    restore: ({ tensors = {} }) => restoreWeights(weights, tensors, 'the checkpoint, for the losses'),
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
