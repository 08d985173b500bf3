import type { ScoredSample } from './score-samples.ts';
import type { ScoreScale } from './score-scale.ts';

/** What a sample of two classes is ranked by and what is compared with a threshold: its logit if it has one, else its probability of bona fide. */
export function rankingScore({ logit, probabilities }: Pick<ScoredSample, 'logit' | 'probabilities'>): number {
  return logit?.value ?? (probabilities[1] as number);
}

/** The scale of scored samples; of none, `logit`. */
export function scaleOf(scored: readonly Pick<ScoredSample, 'logit'>[]): ScoreScale {
  return scored.some(({ logit }) => logit === undefined) ? 'probability' : 'logit';
}
