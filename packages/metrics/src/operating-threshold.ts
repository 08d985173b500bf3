import { type BootstrapOptions, quantile } from './bootstrap-intervals.ts';
import { equalErrorPoint, thresholdAtApcer, thresholdAtBpcer } from './operating-search.ts';
import { drawCounts } from './random-counts.ts';
import { rankScores } from './ranked-scores.ts';
import type { Unit } from './resampling-units.ts';
import type { Scores } from './scores.ts';
import { type WeightedSample, weigh, weightedBpcer, weightedSample, worstSpeciesApcer } from './weighted-sample.ts';

/**
 * How a threshold is chosen: at most this share of attacks of the worst species accepted (APCER) and BPCER least; at most this share of bona fide samples
 * refused (BPCER) and APCER least; or, with neither, at the equal error point.
 */
export interface OperatingRule {
  readonly attacksAccepted?: number;
  readonly bonaFideRefused?: number;
}

/** A threshold with its error rates on the scores that it was chosen on. Shares in 0..1. */
export interface OperatingThreshold {
  /** One of the scores, or the highest + 1 where only that keeps the limit. Accepted as bona fide when score >= threshold. */
  readonly threshold: number;
  /** 95 % percentile interval of the threshold over resamples; absent with fewer than two units of a kind. */
  readonly interval?: readonly [number, number];
  /** What was resampled. */
  readonly resampled: Unit;
  /** Of the worst species. */
  readonly apcer: number;
  readonly bpcer: number;
  readonly acer: number;
}

/**
 * The threshold that a rule chooses, and how far another sample of as many people (videos, samples) would move it.
 *
 * @throws NoSamplesError, OneClassError, ScoreError, LabelError, LengthError
 */
export function operatingThreshold(scores: Scores, rule: OperatingRule, { rounds = 1000, seed = 0, level = 0.95 }: BootstrapOptions = {}): OperatingThreshold {
  const ranked = rankScores(scores, 'threshold');
  const sample = weightedSample(ranked);
  const weights = { bonaFide: new Uint16Array(ranked.bonaFideUnits), attacks: new Uint16Array(ranked.attackUnits) };
  const drawn = ranked.bonaFideUnits < 2 || ranked.attackUnits < 2 ? 0 : rounds;
  const thresholds = new Float64Array(drawn);
  for (let round = 0; round < drawn; round++) {
    drawCounts(weights.bonaFide, [seed, round, 1]);
    drawCounts(weights.attacks, [seed, round, 0]);
    weigh(sample, weights.bonaFide, weights.attacks);
    thresholds[round] = thresholdOf(sample, rule);
  }
  thresholds.sort();
  weigh(sample, weights.bonaFide.fill(1), weights.attacks.fill(1));
  const threshold = thresholdOf(sample, rule);
  const [apcer, bpcer] = [worstSpeciesApcer(sample, threshold), weightedBpcer(sample, threshold)];
  const tail = (1 - level) / 2;
  return {
    threshold,
    ...(drawn === 0 ? {} : { interval: [quantile(thresholds, tail), quantile(thresholds, 1 - tail)] as const }),
    resampled: ranked.over,
    apcer,
    bpcer,
    acer: (apcer + bpcer) / 2,
  };
}

function thresholdOf(sample: WeightedSample, { attacksAccepted, bonaFideRefused }: OperatingRule): number {
  if (attacksAccepted !== undefined) return thresholdAtApcer(sample, attacksAccepted);
  return bonaFideRefused === undefined ? equalErrorPoint(sample).threshold : thresholdAtBpcer(sample, bonaFideRefused);
}
