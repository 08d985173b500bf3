import type { Sample } from '../contracts/dataset.ts';
import { type PassOptions, passOverSamples } from './pass-over-samples.ts';

/** A sample with the probability of each class, by label. */
export interface ScoredSample {
  readonly sample: Sample;
  readonly domain: string;
  readonly probabilities: readonly number[];
}

/** One pass over samples with running statistics and no augmentation. Images that cannot be read are left out and named by a warning. */
export async function scoreSamples(options: PassOptions): Promise<ScoredSample[]> {
  const { domain, risk } = options;
  const measured = await passOverSamples(options, 'scoring', (logits) => risk.probabilities(logits));
  return measured.map(({ sample, values }) => ({ sample, domain, probabilities: values }));
}
