import * as tf from '@tensorflow/tfjs-core';
import type { Sample } from '../contracts/dataset.ts';
import type { Risk } from '../contracts/loss.ts';
import { chooseFrames } from '../data/choose-frames.ts';
import type { Unanswered } from '../data/unanswered.ts';
import { bonaFideProbabilities } from './bona-fide-probabilities.ts';
import { type PassOptions, passOverSamples } from './pass-over-samples.ts';
import type { Scoring } from './scoring.ts';

/** A sample with what the model says about it. */
export interface ScoredSample {
  /** The frame; after `aggregateFrames`, the video. */
  readonly sample: Sample;
  /** Name of the domain that the sample belongs to. */
  readonly domain: string;
  /** Probability of each class, by label, 0..1; with two classes, the second is that of bona fide. */
  readonly probabilities: readonly number[];
  /** Two classes, where the risk gives one: samples are ranked by it, and it is what thresholds are compared with (see rankingScore). */
  readonly logit?: Logit;
}

/** What the network says before it becomes a probability. */
export interface Logit {
  /** Higher = bona fide; unscaled, a cosine with a cosine head. */
  readonly value: number;
  /** Of the risk: the probability of bona fide is sigmoid(scale · value). */
  readonly scale: number;
}

/** The samples of one domain. */
export interface DomainSamples {
  readonly name: string;
  readonly samples: readonly Sample[];
  /** Attempts that gave no image: they are counted beside the figures. */
  readonly unanswered?: readonly Unanswered[];
}

/**
 * Scores all of the samples: one forward pass, with running statistics and without augmentation. Images that cannot be read are left out and named in a
 * warning.
 *
 * @throws an AbortError if the signal of `options.scoring` aborts.
 */
export async function scoreSamples(options: PassOptions): Promise<ScoredSample[]> {
  const { domain, scoring } = options;
  const { risk, scale = 'logit' } = scoring;
  if (scale === 'probability' || !risk.logit) {
    const measured = await passOverSamples(options, 'scoring', ({ logits }) => risk.probabilities(logits));
    return measured.map(({ sample, values }) => ({ sample, domain, probabilities: values }));
  }
  const measured = await passOverSamples(options, 'scoring', ({ logits }) => tf.reshape((risk as Required<Risk>).logit(logits), [-1, 1]) as tf.Tensor2D);
  return measured.map(({ sample, values: [value = Number.NaN] }) => scoredByLogit({ sample, domain }, { value, scale: risk.logitScale ?? 1 }));
}

/** A sample with this logit, and the probabilities that it stands for. */
export function scoredByLogit(of: Pick<ScoredSample, 'sample' | 'domain'>, logit: Logit): ScoredSample {
  return { ...of, probabilities: bonaFideProbabilities(logit.value, logit.scale), logit };
}

/** Chooses frames of each domain's samples and scores them; by domain. */
export async function scoreDomains(scoring: Scoring, domains: readonly DomainSamples[]): Promise<Record<string, ScoredSample[]>> {
  const scored: Record<string, ScoredSample[]> = {};
  for (const { name, samples } of domains) scored[name] = await scoreSamples({ scoring, domain: name, samples: chooseFrames(samples, scoring.frames) });
  return scored;
}
