import type { Sample } from '../contracts/dataset.ts';
import { chooseFrames } from '../data/choose-frames.ts';
import { type PassOptions, passOverSamples } from './pass-over-samples.ts';
import type { Scoring } from './scoring.ts';

/** A sample with the probability of each class, by label. */
export interface ScoredSample {
  readonly sample: Sample;
  readonly domain: string;
  /** In 0..1; of two classes the second is the score (bona fide). */
  readonly probabilities: readonly number[];
}

/** Samples of one domain. */
export interface DomainSamples {
  readonly name: string;
  readonly samples: readonly Sample[];
}

/** Scores every one of the samples. Images that cannot be read are left out and named in a warning. */
export async function scoreSamples(options: PassOptions): Promise<ScoredSample[]> {
  const { domain, scoring } = options;
  const measured = await passOverSamples(options, 'scoring', (logits) => scoring.risk.probabilities(logits));
  return measured.map(({ sample, values }) => ({ sample, domain, probabilities: values }));
}

/** Scores the chosen frames of each domain's samples, by domain. */
export async function scoreDomains(scoring: Scoring, domains: readonly DomainSamples[]): Promise<Record<string, ScoredSample[]>> {
  const scored: Record<string, ScoredSample[]> = {};
  for (const { name, samples } of domains) scored[name] = await scoreSamples({ scoring, domain: name, samples: chooseFrames(samples, scoring.frames) });
  return scored;
}
