import { type Aggregate, equalErrorRate, roc } from '@gradalign/metrics';
import { aggregateFrames } from './aggregate-frames.ts';
import { rankingScore, scaleOf } from './ranking-score.ts';
import type { ScoredSample } from './score-samples.ts';
import type { ScoreScale } from './score-scale.ts';

/** A threshold that says where it comes from. */
export interface OperatingPoint {
  /** Accepted as bona fide when score >= value, on the scale of the scores it comes from. */
  readonly value: number;
  /** Where it comes from, as tables show it. */
  readonly from: string;
}

/** Thresholds for single frames and for videos: a video's score is a mean and spreads less, so each has its own. */
export interface OperatingPoints {
  /** For the score of a single frame. */
  readonly frame: OperatingPoint;
  /** For the aggregated score of a video. */
  readonly video: OperatingPoint;
  /** What the thresholds are compared with; absent in runs that older versions made, which ranked by probabilities. */
  readonly scale?: ScoreScale;
}

/**
 * The equal error points of scores on held-out source data, all domains together: the thresholds that a deployment would use.
 *
 * @throws RangeError `Cannot fix a threshold: ...` unless there are bona fide samples and attacks, all with finite scores.
 */
export function operatingPoints(heldOut: readonly ScoredSample[], aggregate: Aggregate): OperatingPoints {
  const domains = [...new Set(heldOut.map(({ domain }) => domain))].join(', ');
  const from = (n: number, unit: string) => `equal error point of the held-out source share (${domains}; ${n} ${unit})`;
  const videos = aggregateFrames(heldOut, aggregate);
  return {
    frame: { value: equalErrorThreshold(heldOut, 'the held-out source share'), from: from(heldOut.length, 'frames') },
    video: { value: equalErrorThreshold(videos, 'the held-out source share'), from: from(videos.length, 'videos') },
    scale: scaleOf(heldOut),
  };
}

/**
 * The threshold at the equal error point of these scores (two classes; accepted as bona fide when score >= threshold).
 *
 * @param of Names the samples in errors.
 * @throws RangeError `Cannot fix a threshold: ...` unless there are bona fide samples and attacks, all with finite scores.
 */
export function equalErrorThreshold(scored: readonly ScoredSample[], of: string): number {
  const bonaFide: number[] = [];
  const attacks: number[] = [];
  for (const one of scored) (one.sample.label === 1 ? bonaFide : attacks).push(rankingScore(one));
  if (bonaFide.length === 0 || attacks.length === 0) {
    throw new RangeError(`Cannot fix a threshold: ${of} has ${bonaFide.length} bona fide samples and ${attacks.length} attacks, expected some of both`);
  }
  const bad = scored.find((one) => !Number.isFinite(rankingScore(one)));
  if (bad) throw new RangeError(`Cannot fix a threshold: '${bad.sample.id}' of ${of} has the score ${rankingScore(bad)}, expected a finite number`);
  return equalErrorRate(roc(bonaFide, attacks)).threshold;
}
