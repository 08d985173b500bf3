import type { Aggregate, NonResponse } from '@gradalign/metrics';
import type { Figure } from '../contracts/metric.ts';
import type { Unavailable } from '../contracts/unavailable.ts';
import { clipKey } from '../data/clip-key.ts';
import type { Unanswered } from '../data/unanswered.ts';
import { aggregateFrames } from './aggregate-frames.ts';
import { computeFigures, type NamedMetric, orUnavailable } from './compute-figures.ts';
import { createIntervals, type FigureInterval, type FigureIntervals } from './figure-intervals.ts';
import { equalErrorThreshold, type OperatingPoint, type OperatingPoints } from './operating-point.ts';
import type { Oracle } from './oracle.ts';
import { scaleOf } from './ranking-score.ts';
import type { ScoredSample } from './score-samples.ts';
import type { ScoreScale } from './score-scale.ts';

/**
 * Figures under both conventions, never mixed. Plain JSON.
 *
 * `literature`: the threshold is chosen on the test data itself, at its equal error point, as in published tables.
 * `deployable`: the threshold was fixed beforehand on held-out source data. Figures that choose a threshold on the test data, such as tpr@fpr, stand
 * under `literature` only.
 */
export interface EvaluationResult {
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  /** How the scores of a video's frames were combined. */
  readonly aggregate: Aggregate;
  /** What scores and thresholds are; present for two classes, absent in results of older versions, whose thresholds are probabilities. */
  readonly scale?: ScoreScale;
  /** Present for two classes. */
  readonly literature?: EvaluationBlock;
  /** Present for two classes; says why if there is no threshold. */
  readonly deployable?: EvaluationBlock | Unavailable;
  /** Present for more than two classes, instead of the other two: no threshold is involved. */
  readonly figures?: EvaluationBlock;
  /** Best epoch and last epochs chosen on the target itself, as papers report; present if the experiment asks for it (`evaluate.target`). Says why if it cannot be given. */
  readonly oracle?: Oracle | Unavailable;
}

/** Figures under one convention. */
export interface EvaluationBlock {
  /** By target domain. */
  readonly domains: Readonly<Record<string, EvaluationLevels>>;
  /** All targets together. */
  readonly pooled: EvaluationLevels;
}

/** Figures of one target, taken over frames and over videos. */
export interface EvaluationLevels {
  /** Each image counts as one. */
  readonly frame: LevelFigures;
  /** Each video counts as one; an image without a video stays as it is. */
  readonly video: LevelFigures;
}

/** Figures of one target at one level. */
export interface LevelFigures {
  /** Number of frames, or of videos. */
  readonly n: number;
  /** How many of them are bona fide; present for two classes. */
  readonly bonaFide?: number;
  /** How many of them are attacks; present for two classes. */
  readonly attacks?: number;
  /** Further frames or videos of which no picture could be read, or in which no face was found: they have no score and are in no figure. Absent where there are none. */
  readonly nonResponse?: NonResponse;
  /** By metric name; shares in 0..1. */
  readonly figures: Readonly<Record<string, Figure | Unavailable>>;
  /** 95 % bootstrap intervals by metric name, of those metrics that have one. */
  readonly intervals?: Readonly<Record<string, FigureInterval>>;
  /** What the bootstrap drew: the coarsest of these that all samples name. */
  readonly resampled?: 'subjects' | 'videos' | 'samples';
  /** Accepted as bona fide when score >= threshold; absent without one. */
  readonly threshold?: number;
  /** Where the threshold comes from: `equal error point of 'msu'`. */
  readonly thresholdFrom?: string;
}

/** What `evaluateScores` takes. */
export interface EvaluateScoresOptions {
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  /** Scores by target domain. */
  readonly targets: Readonly<Record<string, readonly ScoredSample[]>>;
  /** Attempts of each target that gave no score; default: none. */
  readonly unscored?: Readonly<Record<string, readonly Unanswered[]>>;
  /** Metrics that do not suit the number of classes are left out. */
  readonly metrics: readonly NamedMetric[];
  /** How the scores of a video's frames are combined. */
  readonly aggregate: Aggregate;
  /** Thresholds from held-out source scores (see `operatingPoints`), or why there are none. */
  readonly deployable: OperatingPoints | Unavailable;
  /** Seed of the intervals' bootstrap, that of the run; default: no intervals. */
  readonly seed?: number;
}

/**
 * From scores to figures, of each target and of all targets pooled, over frames and over videos. Figures that the samples do not allow say why.
 *
 * @throws UserError if the frames of a video have different labels.
 */
export function evaluateScores({ classes, targets, unscored = {}, metrics, aggregate, deployable, seed }: EvaluateScoresOptions): EvaluationResult {
  const levels = scoresByLevel(targets, unscored, aggregate);
  const [first, ...others] = Object.values(levels);
  const pooled =
    first && others.length === 0
      ? first
      : {
          frame: Object.values(levels).flatMap(({ frame }) => frame),
          video: Object.values(levels).flatMap(({ video }) => video),
          without: {
            frame: Object.values(levels).flatMap(({ without }) => without.frame),
            video: Object.values(levels).flatMap(({ without }) => without.video),
          },
        };
  const scale = scaleOf(pooled.frame);
  const intervals = seed === undefined || classes.length !== 2 ? () => undefined : createIntervals(metrics, seed);
  const block = (threshold: ThresholdRule, fixedBefore: boolean, metrics: readonly NamedMetric[]): EvaluationBlock => {
    const level = (scored: readonly ScoredSample[], at: 'frame' | 'video', of: string) =>
      figuresOf(scored, metrics, classes, threshold(scored, at, of), (value) => intervals(scored, fixedBefore ? value : 'own'));
    const both = ({ frame, video, without }: ScoresByLevel, of: string) => ({
      frame: { ...level(frame, 'frame', of), ...nonResponse(without.frame, classes, ({ images = 1 }) => images) },
      video: { ...level(video, 'video', of), ...nonResponse(without.video, classes, () => 1) },
    });
    return {
      domains: Object.fromEntries(Object.entries(levels).map(([name, scores]) => [name, both(scores, `'${name}'`)])),
      pooled: both(pooled, 'all targets together'),
    };
  };
  if (classes.length !== 2) return { classes, aggregate, figures: block(() => undefined, false, metrics) };
  // A threshold chosen on the targets is none that a deployment has.
  const fixedBeforehand = metrics.filter(({ definition }) => definition.choosesThreshold !== true);
  const fixed = comparable(deployable, scale);
  return {
    classes,
    aggregate,
    scale,
    literature: block(ownEqualErrorPoint, false, metrics),
    deployable: 'error' in fixed ? fixed : block((_, level) => fixed[level], true, fixedBeforehand),
  };
}

/** Thresholds on the scale of the scores, or why they cannot be used: a probability is never compared with a logit. */
function comparable(thresholds: OperatingPoints | Unavailable, scale: ScoreScale): OperatingPoints | Unavailable {
  if ('error' in thresholds) return thresholds;
  const { scale: own = 'probability' } = thresholds;
  return own === scale ? thresholds : { error: `the thresholds were fixed on scores of another kind (${own}) than those of the target (${scale})` };
}

interface ScoresByLevel {
  readonly frame: readonly ScoredSample[];
  readonly video: readonly ScoredSample[];
  /** What has no score: every unreadable frame, and one frame of each video without a readable one. */
  readonly without: { readonly frame: readonly Unanswered[]; readonly video: readonly Unanswered[] };
}

type ThresholdRule = (scored: readonly ScoredSample[], level: 'frame' | 'video', of: string) => OperatingPoint | Unavailable | undefined;

function scoresByLevel(
  targets: EvaluateScoresOptions['targets'],
  unscored: Readonly<Record<string, readonly Unanswered[]>>,
  aggregate: Aggregate,
): Record<string, ScoresByLevel> {
  return Object.fromEntries(
    Object.entries(targets).map(([name, frame]) => {
      const lost = unscored[name] ?? [];
      const scored = new Set(frame.map(({ sample }) => clipKey(sample)));
      const clips = new Map(lost.map((sample) => [clipKey(sample), sample]));
      const video = [...clips].flatMap(([key, sample]) => (scored.has(key) ? [] : [sample]));
      return [name, { frame, video: aggregateFrames(frame, aggregate), without: { frame: lost, video } }];
    }),
  );
}

/** Attempts without a score, by class; `weight` is how many each stands for. */
function nonResponse(without: readonly Unanswered[], classes: readonly string[], weight: (attempt: Unanswered) => number): Pick<LevelFigures, 'nonResponse'> {
  if (without.length === 0 || classes.length !== 2) return {};
  const of = (isBonaFide: boolean) => without.reduce((sum, one) => sum + ((one.label === 1) === isBonaFide ? weight(one) : 0), 0);
  return { nonResponse: { attacks: of(false), bonaFide: of(true) } };
}

const ownEqualErrorPoint: ThresholdRule = (scored, _, of) =>
  orUnavailable(() => ({ value: equalErrorThreshold(scored, of), from: `equal error point of ${of}` }));

function figuresOf(
  scored: readonly ScoredSample[],
  metrics: readonly NamedMetric[],
  classes: readonly string[],
  threshold: OperatingPoint | Unavailable | undefined,
  intervals: (threshold: number) => FigureIntervals | undefined,
): LevelFigures {
  const fixed = threshold && 'value' in threshold ? threshold : undefined;
  const bonaFide = scored.filter(({ sample }) => sample.label === 1).length;
  return {
    n: scored.length,
    ...(classes.length === 2 ? { bonaFide, attacks: scored.length - bonaFide } : {}),
    figures: computeFigures(scored, metrics, classes.length, fixed ? fixed.value : (threshold as Unavailable | undefined)),
    ...(fixed ? intervals(fixed.value) : {}),
    ...(fixed ? { threshold: fixed.value, thresholdFrom: fixed.from } : {}),
  };
}
