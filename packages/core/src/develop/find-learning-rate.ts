import type { LoadedExperiment } from '../configuration/load-experiment.ts';
import { cannot, DivergedError } from '../contracts/errors.ts';
import type { Reporter } from '../contracts/reporter.ts';
import { parts } from '../run/compose.ts';
import { fromTheFirstStep } from './from-the-first-step.ts';
import { openTrial, stepSettings } from './open-trial.ts';
import { type RatedLoss, suggestRate } from './suggest-rate.ts';
import { takeSteps } from './take-steps.ts';

/** What `findLearningRate` takes besides the experiment. */
export interface FindLearningRateOptions {
  /** The smallest and the largest learning rate; default: 1e-7 and 10. */
  readonly from?: number;
  readonly to?: number;
  /** Steps between them, at least 10; default: 100. */
  readonly steps?: number;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

/** A learning rate range test. Plain JSON. */
export interface LearningRates {
  /** The experiment's own. */
  readonly present: number;
  readonly points: readonly RatedLoss[];
  /** The rate at which the smoothed loss falls fastest; absent where it never falls. */
  readonly steepest?: number;
  /** The first rate at which all that was gained is lost (see `suggestRate`), or the loss is not finite; absent where that does not happen. */
  readonly blowUp?: number;
  /** The smaller one of `steepest` and a tenth of `blowUp`; absent where the loss never falls. */
  readonly suggestion?: number;
}

/** Steps that are still taken after the loss blew up. */
const shownBeyond = 5;

/**
 * The learning rate range test of Smith (Cyclical Learning Rates for Training Neural Networks, WACV 2017): one training whose learning rate grows by the same
 * factor each step, from far too small to far too large, with the experiment's method, batches and update rule, without its schedule and warm-up. It ends
 * where the loss blows up. Writes nothing; the same seed gives the same numbers.
 *
 * @throws UserError, exit code 2, where the update rule has no option `learningRate` above 0; what reading the data throws; the signal's reason if it aborts.
 */
export async function findLearningRate(
  loaded: LoadedExperiment,
  { from = 1e-7, to = 10, steps = 100, reporter, signal }: FindLearningRateOptions,
): Promise<LearningRates> {
  const experiment = fromTheFirstStep(loaded.experiment);
  const { base } = experiment.optimizer;
  const present = base['learningRate'];
  if (typeof present !== 'number' || present <= 0)
    throw cannot(
      'find a learning rate',
      `optimizer.base.learningRate is ${present ?? `no option of '${base.use}'`}`,
      'an update rule with a learning rate above 0: others are multiples of it',
      { exitCode: 2 },
    );
  const rateOf = (step: number) => from * (to / from) ** (step / (steps - 1));
  await using trial = await openTrial(
    { experiment, catalogue: loaded.catalogue },
    { reporter, customize: (container) => void container.replace(parts.schedule, () => ({ factor: ({ step }) => rateOf(step) / present })) },
  );
  const { loop } = trial;
  const losses: { readonly rate: number; readonly loss: number }[] = [];
  try {
    await takeSteps(
      { ...loop, settings: stepSettings(experiment, Math.ceil(steps / loop.batches.stepsPerEpoch)) },
      {
        isEnough({ progress: { step }, report: { losses: measured } }) {
          losses.push({ rate: rateOf(step), loss: measured.total });
          reporter.progress({
            phase: 'learning rates',
            done: losses.length,
            total: steps,
            unit: 'steps',
            detail: `${rateOf(step).toPrecision(2)}, loss ${measured.total.toPrecision(3)}`,
          });
          return losses.length >= steps || suggestRate(losses.slice(0, -shownBeyond)).blowUp !== undefined;
        },
        signal,
      },
    );
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    losses.push({ rate: rateOf(losses.length), loss: Number.POSITIVE_INFINITY });
  }
  signal?.throwIfAborted();
  return { present, ...suggestRate(losses) };
}
