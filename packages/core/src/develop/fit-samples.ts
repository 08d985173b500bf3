import * as tf from '@tensorflow/tfjs-core';
import type { LoadedExperiment } from '../configuration/load-experiment.ts';
import { DivergedError } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { LoadedBatch } from '../data/domain-batches.ts';
import type { Slot } from '../data/group-videos.ts';
import type { Domains } from '../data/read-domains.ts';
import { parts } from '../run/compose.ts';
import { fixedBatches } from './fixed-batches.ts';
import { fromTheFirstStep } from './from-the-first-step.ts';
import { openTrial, stepSettings, type Trial } from './open-trial.ts';
import { takeSteps } from './take-steps.ts';

/** How the samples are fitted. */
export interface FitOptions {
  readonly data: Domains;
  readonly slots: readonly Slot[];
  /** Ends when the risk is below it in three passes in a row: large steps come across it and go on. */
  readonly below: number;
  readonly steps: number;
  /** Ends after so many steps in which the smallest risk has not fallen by a fiftieth. */
  readonly patience: number;
  readonly variation?: Variation;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

/** What is done otherwise than the experiment says. */
export interface Variation {
  readonly change?: (experiment: Experiment) => Experiment;
  /** Multiplies the learning rate. */
  readonly rate?: number;
  /** Takes steps of plain ERM, without auxiliary losses. */
  readonly riskAlone?: boolean;
}

/** How a fit went. Risks are means over the domains present. */
export interface Fit {
  readonly reached: boolean;
  /** By pass over the samples. */
  readonly risks: readonly number[];
  readonly steps: number;
  /** Steps by kind. */
  readonly kinds: readonly string[];
  /** Samples whose first view gets its own class at the end, by the statistics of their batch. */
  readonly correct: number;
  /** Number of weights, and those that are trained. */
  readonly weights: { readonly all: number; readonly trained: number };
  /** Whether it ended because a loss or weight was not finite. */
  readonly diverged: boolean;
  /** Samples whose pixels are those of another with another label. */
  readonly contradictions: readonly (readonly [string, string])[];
}

/**
 * Trains on these samples alone, the same in every pass, without augmentation, warm-up epochs and schedule. Weights that the experiment freezes for its whole
 * length stay frozen, others are trained from the first step on.
 */
export async function fitSamples({ experiment, catalogue }: LoadedExperiment, options: FitOptions): Promise<Fit> {
  const { data, slots, below, steps, patience, variation = {}, reporter, signal } = options;
  const { change = (same: Experiment) => same, rate = 1, riskAlone = false } = variation;
  const still = { ...experiment, data: { ...experiment.data, augment: [] } };
  await using trial = await openTrial(
    { experiment: change(fromTheFirstStep(still)), catalogue },
    { reporter, customize: (container) => void container.replace(parts.domains, async () => data).replace(parts.schedule, () => ({ factor: () => rate })) },
  );
  const most = data.sources.length * experiment.data.batch.perDomain;
  const batches = await fixedBatches(slots, trial.loader, { views: experiment.data.views, most });
  const epochs = Math.ceil(steps / batches.stepsPerEpoch);
  const risks: number[] = [];
  const kinds = new Set<string>();
  let pass: number[] = [];
  let taken = 0;
  let best = { risk: Number.POSITIVE_INFINITY, at: 0 };
  let diverged = false;
  try {
    const settings = { ...stepSettings(trial.experiment, epochs), warmupEpochs: riskAlone ? epochs : 0 };
    await takeSteps(
      { ...trial.loop, ...(riskAlone ? { auxiliaries: [] } : {}), batches, settings },
      {
        isEnough({ report: { kind, losses } }) {
          const present = Object.values(losses.risks);
          pass.push((present.reduce((sum, risk) => sum + risk, 0) * data.sources.length) / present.length);
          kinds.add(kind);
          taken++;
          if (pass.length < batches.stepsPerEpoch) return false;
          const risk = pass.reduce((sum, one) => sum + one, 0) / pass.length;
          pass = [];
          risks.push(risk);
          if (risk < best.risk * 0.98) best = { risk, at: taken };
          reporter.progress({ phase: 'overfitting', done: taken, total: steps, unit: 'steps', detail: `risk ${risk.toPrecision(3)}` });
          return isLearned(risks, below) || taken - best.at >= patience;
        },
        signal,
      },
    );
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    diverged = true;
  }
  signal?.throwIfAborted();
  return {
    reached: !diverged && isLearned(risks, below),
    risks,
    steps: taken,
    kinds: [...kinds],
    correct: diverged ? 0 : batches.all.reduce((sum, batch) => sum + correctIn(batch, trial), 0),
    weights: countWeights(trial),
    diverged,
    contradictions: contradictionsIn(batches.all),
  };
}

function isLearned(risks: readonly number[], below: number): boolean {
  return risks.length >= 3 && risks.slice(-3).every((risk) => risk < below);
}

function correctIn({ images, shape, labels }: LoadedBatch, { model, loop: { risk } }: Trial): number {
  return tf.tidy(() => {
    const { logits } = model.apply(tf.tensor4d(images, [...shape]), { training: true });
    const guesses = tf.argMax(risk.probabilities(logits), 1).dataSync();
    return labels.reduce((sum, label, i) => sum + Number(guesses[i] === label), 0);
  });
}

function countWeights({ trained: { all } }: Trial): Fit['weights'] {
  return { all: all.size, trained: all.trainable.reduce((sum, name) => sum + all.get(name).size, 0) };
}

function contradictionsIn(batches: readonly LoadedBatch[]): (readonly [string, string])[] {
  const seen = new Map<string, { readonly id: string; readonly label: number }>();
  return batches.flatMap(({ images, shape: [rows], samples, views }) => {
    const length = images.length / rows;
    return samples.slice(0, rows / views).flatMap((sample, i) => {
      const pixels = Buffer.from(images.buffer, images.byteOffset + 4 * i * length, 4 * length).toString('latin1');
      const same = seen.get(pixels);
      if (!same) seen.set(pixels, sample);
      return same && same.label !== sample.label ? [[same.id, sample.id] as const] : [];
    });
  });
}
