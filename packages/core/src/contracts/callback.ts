import type { TSchema } from '@sinclair/typebox';
import type { Experiment } from './experiment.ts';
import type { GradientCosine } from './gradient-cosine.ts';
import type { OfferedWeights } from './offered-weights.ts';
import type { StepReport } from './optimizer.ts';
import type { Define } from './plugin.ts';
import type { Reporter } from './reporter.ts';
import type { Progress } from './schedule.ts';
import type { Seed } from './seed.ts';
import type { Stateful } from './state.ts';
import type { Unavailable } from './unavailable.ts';
import type { Weights } from './weights.ts';

/** The events of a run that a callback may react to. Each carries what it is about; no callback receives the whole trainer. Weights stay the run's: those of the model, and those of losses under `losses/`. */
export interface RunEvents {
  /** Before the first step; `steps` counts those of the whole run. A resumed run starts again, after `restore`. */
  runStarted: { readonly steps: number; readonly weights: Weights };
  /** After each step; `weights` are those after it, `report.losses` those before it. */
  stepEnded: {
    readonly progress: Progress;
    readonly report: StepReport;
    readonly weights: Weights;
    /** The schedule's factor of this step, which multiplies every learning rate. */
    readonly learningRateFactor: number;
    /** Milliseconds that the step took, and that it waited for its data. */
    readonly milliseconds: number;
    readonly waited: number;
    /** Of pairs of domains, in the steps whose gradients are compared (`train.cosinesEvery`). */
    readonly cosines?: readonly GradientCosine[];
    readonly batch: TrainedBatch;
  };
  /**
   * After each epoch, counted from 0. `validation`: figures on the held-out share of the sources, by metric name; absent where the epoch was not
   * evaluated. `target`: figures of all targets together, where `evaluate.target` asks for them during training; to be shown, never to be chosen by: they
   * take the target's labels. `stop` ends training after this epoch, with the reason for the log.
   */
  epochEnded: {
    readonly epoch: number;
    readonly validation?: Readonly<Record<string, number>>;
    readonly target?: Readonly<Record<string, number>>;
    readonly weights: Weights;
    stop(reason: string): void;
  };
  /** After the last step: all epochs are done, a callback stopped the run, or the user interrupted it. */
  runEnded: { readonly reason: 'finished' | 'stopped' | 'interrupted'; readonly weights: Weights };
  /** After the evaluation that follows, once the results are written. `results`: the file, for `readRunResults`. Does not come where a run is interrupted or fails. */
  runEvaluated: { readonly results: string };
}

/** The batch of a step. The arrays are valid until the handler resolves: the next batch reuses their memory. */
export interface TrainedBatch {
  /** As the model saw them, augmented and normalized, of `shape`: all first views, then all second views. */
  readonly images: Float32Array;
  /** [views * n, size, size, channels]. */
  readonly shape: readonly [number, number, number, number];
  /** Label of each of the n samples. */
  readonly labels: Int32Array;
  /** Name of each sample's domain. */
  readonly domains: readonly string[];
}

/** What a callback needs from the run, and what it may offer at its end. */
export interface CallbackRequirements {
  /** Name of the figure on the held-out share that it looks at when epochs end: a run that does not measure it is refused before its first step. */
  readonly watches?: string;
  /** The loss on the held-out share, measured every so many steps, after `stepEnded`. A run without held-out share is refused before its first step. */
  readonly heldOutLoss?: HeldOutLossRequirement;
  /** Weights that the callback offers when training ends. */
  readonly offers?: WeightsOffer;
}

/** How often a callback wants the loss on the held-out share, and what it does with it. */
export interface HeldOutLossRequirement {
  /** Every so many steps, counted over the whole run; at least 1. */
  readonly every: number;
  /** How many measurements the callback needs to have a result: a run too short for them is refused before its first step. */
  readonly atLeast?: number;
  /** `loss`: the risk per sample, averaged over the held-out share of each source domain, then over the domains; finite. */
  measured(event: { readonly progress: Progress; readonly loss: number; readonly weights: Weights }): void | Promise<void>;
}

/** Weights in addition to the run's own: evaluated at its end under their name, and kept for `evaluate` and `predict`. */
export interface WeightsOffer {
  /** As in `--weights swad` and `erm + swad`: letters, digits, dots and dashes; different for each callback of a run. */
  readonly name: string;
  /** Called once, after the last step. Returns the weights, which the caller disposes, or why there are none. Disposing them leaves the callback's state as it is. */
  take(): OfferedWeights | Unavailable;
}

/**
 * Handlers for the events it reacts to, what it asks of the run, and state that goes into checkpoints. A run disposes its callbacks. Handlers may be
 * async: they are awaited, callback by callback in the experiment's order, before the run goes on. `stop` must be called before the handler resolves. A
 * callback that has something to wait for at its end is an AsyncDisposable.
 */
export type Callback = { readonly [E in keyof RunEvents]?: (event: RunEvents[E]) => void | Promise<void> } & CallbackRequirements &
  Partial<Stateful> &
  Partial<Disposable & AsyncDisposable>;

/** What a callback learns of its run besides its options. */
export interface CallbackContext {
  /** The run's folder, absolute: files that the callback writes belong below it, in a folder of the callback's name. It exists. */
  readonly folder: string;
  /** Complete and frozen. */
  readonly experiment: Experiment;
  /** Whether the run continues one that was interrupted: `restore` follows where a checkpoint is there. */
  readonly resumed: boolean;
  /** The experiment's seed: `seed.stream('callback:<name>')` for random numbers of its own. */
  readonly seed: Seed;
  /** Lines for the user. */
  readonly logger: Pick<Reporter, 'notice' | 'warn'>;
}

/** A callback as a plugin offers it: its name, its options' schema, and how to make it. */
export interface CallbackDefinition<S extends TSchema = TSchema> extends Define<'callback', S, [context: CallbackContext], Callback> {
  /** Whether it tells somebody outside the run's folder, such as a server: trials (`--fast-dev-run`, `--overfit`) leave it out. Default: false. */
  readonly reachesOutside?: boolean;
}

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
