import * as tf from '@tensorflow/tfjs-core';
import type { Callback, RunEvents, TrainedBatch } from '../contracts/callback.ts';
import { DivergedError } from '../contracts/errors.ts';
import type { GradientCosine } from '../contracts/gradient-cosine.ts';
import { Gradients } from '../contracts/gradients.ts';
import type { Auxiliary, Risk } from '../contracts/loss.ts';
import type { Model } from '../contracts/model.ts';
import { matchesPattern } from '../contracts/name-pattern.ts';
import type { LossValues, Optimizer, StepReport } from '../contracts/optimizer.ts';
import type { Progress, Schedule } from '../contracts/schedule.ts';
import type { UpdateRule } from '../contracts/update-rule.ts';
import type { Weights } from '../contracts/weights.ts';
import type { DomainBatch } from '../data/domain-batch.ts';
import type { DomainBatches, LoadedBatch } from '../data/domain-batches.ts';
import { createObjective } from './create-objective.ts';
import { ermStep } from './erm-step.ts';
import { GradientComparison } from './gradient-comparison.ts';
import { modelAlone, type TrainedWeights } from './trained-weights.ts';

export interface LoopParts {
  readonly model: Model;
  readonly risk: Risk;
  readonly auxiliaries: readonly Auxiliary[];
  /** What is trained; default: the model's weights alone, for losses that own none. */
  readonly trained?: TrainedWeights;
  readonly optimizer: Optimizer;
  readonly updateRule: UpdateRule;
  readonly schedule: Schedule;
  readonly callbacks: readonly Callback[];
  readonly batches: DomainBatches;
  /** Names of the source domains; batches refer to them by index. */
  readonly domains: readonly string[];
  readonly settings: LoopSettings;
  /** Called after every step. */
  onStep?(step: StepRecord): void;
  /** Called after every epoch: evaluates what is due. The figures it returns are passed to the callbacks. */
  onEpoch?(position: Position): Promise<Pick<RunEvents['epochEnded'], 'validation' | 'target'> | undefined>;
  /** Called after every epoch but the last, once the callbacks have been told: saves. */
  afterEpoch?(position: Position): Promise<void>;
  /** The loss on the held-out share at the model's weights; required if a callback asks for it. */
  heldOutLoss?(progress: Progress): Promise<number>;
  readonly signal?: AbortSignal;
}

export interface LoopSettings {
  readonly epochs: number;
  /** Epochs of plain ERM before the optimizer acts. */
  readonly warmupEpochs: number;
  /** Maps a pattern of weight names to the epoch at which they thaw. */
  readonly freeze: Readonly<Record<string, number>>;
  readonly clipNorm?: number;
  /** Parts that each batch is split into, see `ObjectiveParts`; default: 1. */
  readonly accumulate?: number;
  /** Every so many steps, from the first on, the gradients of the domains are compared. */
  readonly cosinesEvery?: number;
}

/** How far a run has come: `step` steps of `epoch` are done. Together with weights and states, all that resuming needs. */
export interface Position {
  readonly epoch: number;
  readonly step: number;
  /** Steps taken so far, by kind: `{ erm: 20, gac: 30 }`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Why a callback ended the run, if one did: nothing is left to train. */
  readonly stopped?: string;
}

export interface StepRecord {
  readonly progress: Progress;
  readonly report: StepReport;
  readonly learningRateFactor: number;
  /** Milliseconds that the step took, and that it waited for its data. */
  readonly milliseconds: number;
  readonly waited: number;
  /** Of pairs of domains; absent in steps whose gradients are not compared. */
  readonly cosines?: readonly GradientCosine[];
}

/** Where and why the loop ended. */
export interface LoopEnd {
  readonly position: Position;
  readonly reason: 'finished' | 'stopped' | 'interrupted';
  /** Why a callback stopped the run. */
  readonly because?: string;
}

/** Runs epochs and steps from `start`. When the signal aborts, the current step finishes, then the loop ends. */
export async function trainingLoop(parts: LoopParts, start: Position = { epoch: 0, step: 0, counts: {} }): Promise<LoopEnd> {
  const { settings, batches } = parts;
  const { all: weights } = trainedOf(parts);
  parts.optimizer.checkWeights?.(weights);
  const counts: Record<string, number> = { ...start.counts };
  await emit(parts.callbacks, 'runStarted', { steps: settings.epochs * batches.stepsPerEpoch, weights });
  const end = async (reason: LoopEnd['reason'], epoch: number, step: number, because?: string): Promise<LoopEnd> => {
    await emit(parts.callbacks, 'runEnded', { reason, weights });
    const position: Position = { epoch, step, counts: { ...counts }, ...(because === undefined ? {} : { stopped: because }) };
    return { reason, position, ...(because === undefined ? {} : { because }) };
  };
  if (start.stopped !== undefined) return end('stopped', start.epoch, start.step, start.stopped);
  for (let epoch = start.epoch; epoch < settings.epochs; epoch++) {
    freezeFor(weights, settings.freeze, epoch);
    let step = epoch === start.epoch ? start.step : 0;
    for await (const loaded of batches.epoch(epoch, { from: step })) {
      const progress: Progress = { step: epoch * batches.stepsPerEpoch + step, epoch, stepsPerEpoch: batches.stepsPerEpoch, epochs: settings.epochs };
      const record = takeStep(parts, loaded, progress);
      counts[record.report.kind] = (counts[record.report.kind] ?? 0) + 1;
      step++;
      parts.onStep?.(record);
      if (parts.callbacks.some((callback) => callback.stepEnded))
        await emit(parts.callbacks, 'stepEnded', { ...record, weights, batch: describeBatch(loaded, parts.domains) });
      await tellHeldOutLoss(parts, progress);
      // The engine's ops block the event loop: signals and progress are handled between steps.
      await new Promise((resolve) => setImmediate(resolve));
      if (parts.signal?.aborted) return end('interrupted', epoch, step);
    }
    const position: Position = { epoch: epoch + 1, step: 0, counts: { ...counts } };
    const figures = await parts.onEpoch?.(position);
    let because: string | undefined;
    const stop = (reason: string) => {
      because = reason;
    };
    await emit(parts.callbacks, 'epochEnded', { ...figures, epoch, weights, stop });
    if (because !== undefined && epoch + 1 < settings.epochs) return end('stopped', epoch + 1, 0, because);
    if (parts.signal?.aborted) return end('interrupted', epoch + 1, 0);
    if (epoch + 1 < settings.epochs) await parts.afterEpoch?.(position);
  }
  return end('finished', settings.epochs, 0);
}

function takeStep(parts: LoopParts, loaded: LoadedBatch, progress: Progress): StepRecord {
  const { model, risk, auxiliaries, optimizer, updateRule, schedule, domains, settings } = parts;
  const trained = trainedOf(parts);
  const started = performance.now();
  using batch = toDomainBatch(loaded);
  const objective = createObjective({
    model,
    risk,
    auxiliaries,
    trained,
    domains,
    batch,
    accumulate: settings.accumulate ?? 1,
    progress: progress.step / (progress.epochs * progress.stepsPerEpoch),
  });
  const learningRateFactor = schedule.factor(progress);
  using comparison = settings.cosinesEvery !== undefined && progress.step % settings.cosinesEvery === 0 ? new GradientComparison() : undefined;
  let applied = 0;
  const apply = (direction: Gradients) => {
    applied++;
    comparison?.complete(objective);
    using clipped = settings.clipNorm === undefined ? undefined : clip(direction, settings.clipNorm);
    updateRule.apply(clipped ?? direction, trained.all, learningRateFactor);
  };
  const report =
    progress.epoch < settings.warmupEpochs ? ermStep(objective, apply) : optimizer.step(objective, trained.all, apply, learningRateFactor, comparison?.watch);
  if (applied !== 1) throw new Error(`Cannot take a step: the optimizer applied ${applied} directions, expected exactly one`);
  refuseNonFinite(report.losses, progress);
  return {
    progress,
    report,
    learningRateFactor,
    milliseconds: performance.now() - started,
    waited: loaded.waitMs,
    ...(comparison ? { cosines: comparison.cosines } : {}),
  };
}

function describeBatch({ images, shape, labels, domains }: LoadedBatch, names: readonly string[]): TrainedBatch {
  return { images, shape, labels, domains: Array.from(domains, (index) => names[index] as string) };
}

function trainedOf({ trained, model }: LoopParts): TrainedWeights {
  return trained ?? modelAlone(model);
}

function toDomainBatch({ images, shape, labels, domains, views, samples }: LoadedBatch): DomainBatch {
  const tensor = tf.tensor4d(images, [...shape]);
  return { images: tensor, labels, domains, views, samples, [Symbol.dispose]: () => tensor.dispose() };
}

/** direction · min(1, limit / ‖direction‖). */
function clip(direction: Gradients, limit: number): Gradients {
  const scale = tf.tidy(() => tf.minimum(1, tf.div(limit, tf.maximum(direction.norm(), 1e-12)))) as tf.Scalar;
  const clipped = Gradients.combine([[scale, direction]]);
  scale.dispose();
  return clipped;
}

function freezeFor(weights: Weights, freeze: Readonly<Record<string, number>>, epoch: number): void {
  const patterns = Object.entries(freeze).filter(([, thaws]) => epoch < thaws);
  weights.freeze([...weights.parameters.keys()].filter((name) => patterns.some(([pattern]) => matchesPattern(pattern, name))));
}

function refuseNonFinite({ risks, auxiliary, total }: LossValues, { step, epoch }: Progress): void {
  if (Number.isFinite(total)) return;
  const guilty = Object.entries(risks).find(([, value]) => !Number.isFinite(value));
  const which = guilty ? `the risk of domain '${guilty[0]}' is ${guilty[1]}` : `the auxiliary loss is ${auxiliary}`;
  throw new DivergedError(
    `Cannot continue training: at step ${step} (epoch ${epoch}) ${which}, expected a finite number; the last good checkpoint is kept. A lower learning rate, a longer warm-up or train.clipNorm may help`,
  );
}

/** Measures once per step, however many callbacks ask. A step is complete, and may be saved, only once they have been told. */
async function tellHeldOutLoss(parts: LoopParts, progress: Progress): Promise<void> {
  const { callbacks, heldOutLoss } = parts;
  const asking = callbacks.flatMap(({ heldOutLoss: wish }) => (wish && (progress.step + 1) % wish.every === 0 ? [wish] : []));
  if (asking.length === 0) return;
  if (!heldOutLoss) throw new Error('Cannot tell a callback the loss on the held-out share: the loop was given no way to measure it, expected heldOutLoss');
  const loss = await heldOutLoss(progress);
  if (!Number.isFinite(loss)) {
    throw new DivergedError(
      `Cannot continue training: after step ${progress.step} (epoch ${progress.epoch}) the loss on the held-out share is ${loss}, expected a finite number; the last good checkpoint is kept`,
    );
  }
  for (const wish of asking) await wish.measured({ progress, loss, weights: trainedOf(parts).all });
}

/** One callback after the other, in the experiment's order: the next is told once the one before is done. */
export async function emit<E extends keyof RunEvents>(callbacks: readonly Callback[], event: E, payload: RunEvents[E]): Promise<void> {
  for (const callback of callbacks) await (callback[event] as ((payload: RunEvents[E]) => void | Promise<void>) | undefined)?.(payload);
}
