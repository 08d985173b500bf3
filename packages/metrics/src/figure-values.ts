import { equalErrorPoint, thresholdAtApcer, thresholdAtBpcer, thresholdAtFpr } from './operating-search.ts';
import type { RankedScores } from './ranked-scores.ts';
import { acceptedAttacks, acceptedBonaFide, speciesApcer, type WeightedSample, weightedBpcer, worstSpeciesApcer } from './weighted-sample.ts';

/** Where the figures are taken. */
export interface Operating {
  /** Fixed; without it the equal error point of the samples themselves. */
  readonly threshold?: number;
  readonly tprAtFpr: readonly OperatingLimit[];
  readonly bpcerAtApcer: readonly OperatingLimit[];
  readonly apcerAtBpcer: readonly OperatingLimit[];
}

/** An operating point given by the largest error rate that is allowed. */
export interface OperatingLimit {
  readonly limit: number;
  /** Fixed; without it the threshold that the samples themselves need to meet the limit. */
  readonly threshold?: number;
}

/** Path of a value in the block of figures: ['auc'], ['apcer', 'print']. */
export type FigurePath = readonly [string] | readonly [string, string];

/** Names of the values that `figureValues` writes, in its order. */
export function figurePaths({ attacks }: RankedScores, { tprAtFpr, bpcerAtApcer, apcerAtBpcer }: Operating): FigurePath[] {
  const at = (name: string, limits: readonly OperatingLimit[]) => limits.map(({ limit }): FigurePath => [name, String(limit)]);
  return [
    ...['threshold', 'hter', 'eer', 'auc', 'far', 'frr', 'accuracy', 'bpcer', 'acer'].map((name): FigurePath => [name]),
    ...attacks.map(({ species }): FigurePath => ['apcer', species]),
    ...at('tprAtFpr', tprAtFpr),
    ...at('bpcerAtApcer', bpcerAtApcer),
    ...at('apcerAtBpcer', apcerAtBpcer),
  ];
}

/** All figures of one (re)sample, in the order of figurePaths. A species that the resample has not has NaN. */
export function figureValues(sample: WeightedSample, operating: Operating, values: Float64Array): void {
  const own = equalErrorPoint(sample);
  const threshold = operating.threshold ?? own.threshold;
  const far = acceptedAttacks(sample, threshold) / sample.attacks;
  const bpcer = weightedBpcer(sample, threshold);
  const right = acceptedBonaFide(sample, threshold) + sample.attacks - acceptedAttacks(sample, threshold);
  let i = 0;
  values[i++] = threshold;
  values[i++] = (far + bpcer) / 2;
  values[i++] = (own.far + own.frr) / 2;
  values[i++] = sample.twiceTheArea / 2 / (sample.bonaFide * sample.attacks);
  values[i++] = far;
  values[i++] = bpcer;
  values[i++] = right / (sample.bonaFide + sample.attacks);
  values[i++] = bpcer;
  values[i++] = (worstSpeciesApcer(sample, threshold) + bpcer) / 2;
  for (let s = 0; s < sample.attackSums.length; s++) values[i++] = speciesApcer(sample, s, threshold);
  for (const { limit, threshold: fixed } of operating.tprAtFpr)
    values[i++] = acceptedBonaFide(sample, fixed ?? thresholdAtFpr(sample, limit)) / sample.bonaFide;
  for (const { limit, threshold: fixed } of operating.bpcerAtApcer) values[i++] = weightedBpcer(sample, fixed ?? thresholdAtApcer(sample, limit));
  for (const { limit, threshold: fixed } of operating.apcerAtBpcer) values[i++] = worstSpeciesApcer(sample, fixed ?? thresholdAtBpcer(sample, limit));
}
