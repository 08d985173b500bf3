import type { Sample } from '../contracts/dataset.ts';
import { chooseFrames } from '../data/choose-frames.ts';
import { type PassOptions, passOverSamples } from './pass-over-samples.ts';
import type { Scoring } from './scoring.ts';

/** A sample with what the model says about it. */
export interface ScoredSample {
  /** The frame; after `aggregateFrames`, the video. */
  readonly sample: Sample;
  /** Name of the domain that the sample belongs to. */
  readonly domain: string;
  /** Probability of each class, by label, 0..1; with two classes, the second is the score (bona fide). */
  readonly probabilities: readonly number[];
}

/** The samples of one domain. */
export interface DomainSamples {
  readonly name: string;
  readonly samples: readonly Sample[];
}

/**
 * Scores all of the samples: one forward pass, with running statistics and without augmentation. Images that cannot be read are left out and named in a
 * warning.
 *
 * @throws an AbortError if the signal of `options.scoring` aborts.
 */
export async function scoreSamples(options: PassOptions): Promise<ScoredSample[]> {
  const { domain, scoring } = options;
  const measured = await passOverSamples(options, 'scoring', (logits) => scoring.risk.probabilities(logits));
  return measured.map(({ sample, values }) => ({ sample, domain, probabilities: values }));
}

/** Chooses frames of each domain's samples and scores them; by domain. */
export async function scoreDomains(scoring: Scoring, domains: readonly DomainSamples[]): Promise<Record<string, ScoredSample[]>> {
  const scored: Record<string, ScoredSample[]> = {};
  for (const { name, samples } of domains) scored[name] = await scoreSamples({ scoring, domain: name, samples: chooseFrames(samples, scoring.frames) });
  return scored;
}
