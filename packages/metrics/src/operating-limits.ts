import { thresholdAtApcer, thresholdAtBpcer } from './operating-search.ts';
import { rankScores } from './ranked-scores.ts';
import { type BinaryScores, bonaFideLabel } from './scores.ts';
import { type WeightedSample, weigh, weightedBpcer, weightedSample, worstSpeciesApcer } from './weighted-sample.ts';

/** Error rates at a threshold; APCER is that of the worst species. Shares in 0..1. */
export interface OperatingRates {
  /** Accepted as bona fide when score >= threshold. Finite. */
  readonly threshold: number;
  readonly apcer: number;
  readonly bpcer: number;
  /** (APCER + BPCER) / 2. */
  readonly acer: number;
}

/**
 * BPCER at APCER = `limit` (ISO/IEC 30107-3; BPCER20 is `limit` 0.05): at the smallest of the scores, taken as threshold, at which the APCER of the
 * worst species is at most `limit`. That is the least BPCER that the limit allows. Where even the highest score is too low a threshold, it is the
 * highest score + 1, which accepts nothing.
 *
 * @throws NoSamplesError, OneClassError, ScoreError
 */
export function bpcerAtApcer(scores: BinaryScores, limit: number): OperatingRates {
  const sample = unweighted(scores, 'bpcer@apcer');
  return ratesAt(sample, thresholdAtApcer(sample, limit));
}

/**
 * APCER of the worst species at BPCER = `limit`: at the largest of the scores, taken as threshold, at which BPCER is at most `limit`.
 *
 * @throws NoSamplesError, OneClassError, ScoreError
 */
export function apcerAtBpcer(scores: BinaryScores, limit: number): OperatingRates {
  const sample = unweighted(scores, 'apcer@bpcer');
  return ratesAt(sample, thresholdAtBpcer(sample, limit));
}

function unweighted({ bonaFide, attacks, species }: BinaryScores, figure: string): WeightedSample {
  const [m, n] = [bonaFide.length, attacks.length];
  const ranked = rankScores(
    {
      scores: Float64Array.from({ length: m + n }, (_, i) => (i < m ? bonaFide[i] : attacks[i - m]) as number),
      labels: new Uint8Array(m + n).fill(bonaFideLabel, 0, m),
      species: Array.from({ length: m + n }, (_, i) => (i < m ? '' : species[i - m])),
    },
    figure,
  );
  const sample = weightedSample(ranked);
  weigh(sample, new Uint16Array(ranked.bonaFideUnits).fill(1), new Uint16Array(ranked.attackUnits).fill(1));
  return sample;
}

function ratesAt(sample: WeightedSample, threshold: number): OperatingRates {
  const [apcer, bpcer] = [worstSpeciesApcer(sample, threshold), weightedBpcer(sample, threshold)];
  return { threshold, apcer, bpcer, acer: (apcer + bpcer) / 2 };
}
