import type { State, Stateful } from '../contracts/state.ts';

/** Counts an optimizer's steps; its state is `count`, the number of steps taken. */
export interface StepCounter extends Stateful, Disposable {
  /** The number of this step, from 0; each call advances the count by one. */
  next(): number;
}

/**
 * For optimizers that act on some steps only, or draw by step number. The count goes into checkpoints, so that a resumed run continues it.
 *
 * @example
 * ```ts
 * import { defineOptimizer, ermStep, stepCounter } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 *
 * export const counted = defineOptimizer({
 *   name: 'counted',
 *   summary: 'ERM that reports every tenth step under a name of its own',
 *   options: Type.Object({}, { additionalProperties: false }),
 *   cost: { forwards: () => 1, backwards: () => 1, weightCopies: () => 1 },
 *   create() {
 *     const counter = stepCounter();
 *     return {
 *       ...counter,
 *       step(objective, _weights, apply) {
 *         const kind = counter.next() % 10 === 0 ? 'tenth' : 'erm';
 *         return { ...ermStep(objective, apply), kind };
 *       },
 *     };
 *   },
 * });
 * ```
 */
export function stepCounter(): StepCounter {
  let count = 0;
  return {
    next: () => count++,
    state: () => ({ values: { count } }),
    restore({ values }: State) {
      count = (values?.['count'] as number | undefined) ?? 0;
    },
    [Symbol.dispose]: () => {},
  };
}
