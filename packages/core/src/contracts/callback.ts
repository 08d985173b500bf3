import type { TSchema } from '@sinclair/typebox';
import type { OfferedWeights } from './offered-weights.ts';
import type { StepReport } from './optimizer.ts';
import type { Define } from './plugin.ts';
import type { Progress } from './schedule.ts';
import type { Stateful } from './state.ts';
import type { Unavailable } from './unavailable.ts';
import type { Weights } from './weights.ts';

/** What a callback may react to. Each event carries just what it is about; nobody receives the whole trainer. */
export interface RunEvents {
  runStarted: { readonly steps: number; readonly weights: Weights };
  stepEnded: { readonly progress: Progress; readonly report: StepReport; readonly weights: Weights };
  /** `validation`: figures on the held-out share of the sources, by metric name, where the epoch was evaluated. `stop` ends training after this epoch. */
  epochEnded: {
    readonly epoch: number;
    readonly validation?: Readonly<Record<string, number>>;
    readonly weights: Weights;
    stop(reason: string): void;
  };
  runEnded: { readonly reason: 'finished' | 'stopped' | 'interrupted'; readonly weights: Weights };
}

/** What a callback needs from the run, and what it may offer at its end. */
export interface CallbackRequirements {
  /** Name of the figure on the held-out share that it looks at when epochs end: a run that does not measure it is refused before its first step. */
  readonly watches?: string;
  /** The loss on the held-out share, measured every so many steps, after `stepEnded`. A run without held-out share is refused before its first step. */
  readonly heldOutLoss?: HeldOutLossWish;
  readonly offers?: WeightsOffer;
}

export interface HeldOutLossWish {
  /** Steps, counted over the whole run. */
  readonly every: number;
  /** Measurements without which it has nothing to say: a run that is too short for them is refused before its first step. */
  readonly atLeast?: number;
  /** `loss`: mean risk a sample of each source domain's held-out share, mean over the domains; finite. */
  measured(event: { readonly progress: Progress; readonly loss: number; readonly weights: Weights }): void;
}

/** Weights beside the run's own: evaluated at its end under their name, and kept for `evaluate` and `predict`. */
export interface WeightsOffer {
  /** As in `--weights swad` and `erm + swad`: letters, digits, dots and dashes; no two callbacks of a run offer the same. */
  readonly name: string;
  /** Asked once, after the last step; or why there are none. Disposing what it returns leaves the callback's own state as it is. */
  take(): OfferedWeights | Unavailable;
}

export type Callback = { readonly [E in keyof RunEvents]?: (event: RunEvents[E]) => void } & CallbackRequirements & Partial<Stateful> & Partial<Disposable>;

export interface CallbackDefinition<S extends TSchema = TSchema> extends Define<'callback', S, [], Callback> {}

/**
 * A callback of a plugin.
 *
 * @example
 * ```ts
 * import { defineCallback } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 *
 * export const goodEnough = defineCallback({
 *   name: 'good-enough',
 *   summary: 'Stops when the AUC on the held-out share reaches a target',
 *   options: Type.Object({ target: Type.Number({ minimum: 0, maximum: 1, default: 0.99 }) }, { additionalProperties: false }),
 *   create: ({ target }) => ({
 *     watches: 'auc',
 *     epochEnded({ epoch, validation, stop }) {
 *       const auc = validation?.['auc'];
 *       if (auc !== undefined && auc >= target) stop(`the AUC of epoch ${epoch} is ${auc}`);
 *     },
 *   }),
 * });
 * ```
 */
export function defineCallback<const S extends TSchema>(definition: Omit<CallbackDefinition<S>, 'kind'>): CallbackDefinition<S> {
  return { kind: 'callback', ...definition };
}
