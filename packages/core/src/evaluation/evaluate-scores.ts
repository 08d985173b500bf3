import type { Aggregate } from '@gradalign/metrics';
import type { Figure } from '../contracts/metric.ts';
import type { Unavailable } from '../contracts/unavailable.ts';
import { aggregateFrames } from './aggregate-frames.ts';
import { computeFigures, type NamedMetric, orUnavailable } from './compute-figures.ts';
import { equalErrorThreshold, type OperatingPoint, type OperatingPoints } from './operating-point.ts';
import type { ScoredSample } from './score-samples.ts';

/**
 * Figures under both conventions, never mixed. Plain JSON.
 *
 * `literature`: the threshold is chosen on the test data itself, at its own equal error point, as published tables have it.
 * `deployable`: the threshold was fixed on held-out source data before.
 */
export interface EvaluationResult {
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  readonly aggregate: Aggregate;
  /** Present for two classes. */
  readonly literature?: EvaluationBlock;
  /** Present for two classes; without a threshold it says why there is none. */
  readonly deployable?: EvaluationBlock | Unavailable;
  /** Present for more than two classes, instead of the other two: no threshold is involved. */
  readonly figures?: EvaluationBlock;
}

export interface EvaluationBlock {
  readonly domains: Readonly<Record<string, EvaluationLevels>>;
  /** All targets together. */
  readonly pooled: EvaluationLevels;
}

export interface EvaluationLevels {
  readonly frame: LevelFigures;
  readonly video: LevelFigures;
}

export interface LevelFigures {
  /** Frames or videos. */
  readonly n: number;
  /** For two classes. */
  readonly bonaFide?: number;
  readonly attacks?: number;
  /** By metric name; shares in 0..1. */
  readonly figures: Readonly<Record<string, Figure | Unavailable>>;
  readonly threshold?: number;
  readonly thresholdFrom?: string;
}

export interface EvaluateScoresOptions {
  readonly classes: readonly string[];
  /** Scores by target domain. */
  readonly targets: Readonly<Record<string, readonly ScoredSample[]>>;
  readonly metrics: readonly NamedMetric[];
  readonly aggregate: Aggregate;
  /** Thresholds from held-out source scores (see operatingPoints), or why there are none. */
  readonly deployable: OperatingPoints | Unavailable;
}

export function evaluateScores({ classes, targets, metrics, aggregate, deployable }: EvaluateScoresOptions): EvaluationResult {
  const levels = scoresByLevel(targets, aggregate);
  const pooled = { frame: Object.values(levels).flatMap(({ frame }) => frame), video: Object.values(levels).flatMap(({ video }) => video) };
  const block = (threshold: ThresholdRule): EvaluationBlock => {
    const both = ({ frame, video }: ScoresByLevel, of: string) => ({
      frame: figuresOf(frame, metrics, classes, threshold(frame, 'frame', of)),
      video: figuresOf(video, metrics, classes, threshold(video, 'video', of)),
    });
    return {
      domains: Object.fromEntries(Object.entries(levels).map(([name, scores]) => [name, both(scores, `'${name}'`)])),
      pooled: both(pooled, 'all targets together'),
    };
  };
  if (classes.length !== 2) return { classes, aggregate, figures: block(() => undefined) };
  return {
    classes,
    aggregate,
    literature: block(ownEqualErrorPoint),
    deployable: 'error' in deployable ? deployable : block((_, level) => deployable[level]),
  };
}

interface ScoresByLevel {
  readonly frame: readonly ScoredSample[];
  readonly video: readonly ScoredSample[];
}

type ThresholdRule = (scored: readonly ScoredSample[], level: keyof ScoresByLevel, of: string) => OperatingPoint | Unavailable | undefined;

function scoresByLevel(targets: EvaluateScoresOptions['targets'], aggregate: Aggregate): Record<string, ScoresByLevel> {
  return Object.fromEntries(Object.entries(targets).map(([name, frame]) => [name, { frame, video: aggregateFrames(frame, aggregate) }]));
}

const ownEqualErrorPoint: ThresholdRule = (scored, _, of) =>
  orUnavailable(() => ({ value: equalErrorThreshold(scored, of), from: `equal error point of ${of}` }));

function figuresOf(
  scored: readonly ScoredSample[],
  metrics: readonly NamedMetric[],
  classes: readonly string[],
  threshold: OperatingPoint | Unavailable | undefined,
): LevelFigures {
  const fixed = threshold && 'value' in threshold ? threshold : undefined;
  const bonaFide = scored.filter(({ sample }) => sample.label === 1).length;
  return {
    n: scored.length,
    ...(classes.length === 2 ? { bonaFide, attacks: scored.length - bonaFide } : {}),
    figures: computeFigures(scored, metrics, classes.length, fixed ? fixed.value : (threshold as Unavailable | undefined)),
    ...(fixed ? { threshold: fixed.value, thresholdFrom: fixed.from } : {}),
  };
}
