import { type Aggregate, aggregateFrames } from './aggregate-frames.ts';
import { type BootstrapOptions, bootstrapIntervals } from './bootstrap-intervals.ts';
import { brierScore } from './brier-score.ts';
import { detectionEqualErrorRate } from './detection-equal-error-rate.ts';
import { EmptySpeciesError, ResamplingError } from './errors.ts';
import { expectedCalibrationError } from './expected-calibration-error.ts';
import { type FigurePath, figurePaths, figureValues, type Operating, type OperatingLimit } from './figure-values.ts';
import { thresholdAtApcer, thresholdAtBpcer, thresholdAtFpr } from './operating-search.ts';
import { type RankedScores, rankScores } from './ranked-scores.ts';
import type { Unit } from './resampling-units.ts';
import { roc } from './roc.ts';
import { type NonResponse, type Scores, splitScores } from './scores.ts';
import { type WeightedSample, weigh, weightedSample } from './weighted-sample.ts';

/** Values by the limit of an error rate: { "0.01": 0.2, "0.05": 0.1, "0.1": 0.05 }. */
export type ByLimit<T = number> = Readonly<Record<string, T>>;

/** All figures of one set of scores at one level. Plain JSON; shares in 0..1. */
export interface Figures {
  /** Accepted as bona fide when score >= threshold. */
  readonly threshold: number;
  /** (FAR + FRR) / 2 at the threshold. */
  readonly hter: number;
  /** (FAR + FRR) / 2 at the scores' own equal error point, whatever the threshold. */
  readonly eer: number;
  readonly auc: number;
  /** Share of attacks accepted at the threshold, all species together. */
  readonly far: number;
  /** Share of bona fide samples refused at the threshold. */
  readonly frr: number;
  /** Share of samples classified correctly at the threshold. */
  readonly accuracy: number;
  /** TPR@FPR, by FPR. */
  readonly tprAtFpr: ByLimit;
  /** At the threshold, by species. */
  readonly apcer: Readonly<Record<string, number>>;
  /** At the threshold; the same as `frr`. */
  readonly bpcer: number;
  /** (APCER of the worst species + BPCER) / 2 at the threshold. */
  readonly acer: number;
  /** BPCER where the APCER of the worst species is at most the limit. */
  readonly bpcerAtApcer: ByLimit;
  /** APCER of the worst species where BPCER is at most the limit. */
  readonly apcerAtBpcer: ByLimit;
  /** See detectionEqualErrorRate. */
  readonly dEer: number;
  /** Only where all scores are in 0..1. */
  readonly ece?: number;
  /** Only where all scores are in 0..1. */
  readonly brier?: number;
  /** Number of samples with a score. */
  readonly n: number;
  readonly bonaFide: number;
  readonly attacks: number;
  /** Attempts without a score; in none of the other numbers. */
  readonly nonResponse: NonResponse;
  /** Bootstrap intervals of the values of the same names; without a member where they cannot be had. */
  readonly intervals: FigureIntervals;
  /** What was resampled, or why nothing could be. */
  readonly resampling: Resampling;
}

/** [low, high] of each figure. */
export interface FigureIntervals {
  readonly [name: string]: readonly [number, number] | ByLimit<readonly [number, number]>;
}

/** How the intervals came about. */
export interface Resampling {
  readonly over: Unit;
  /** Why there are no intervals. */
  readonly unavailable?: string;
}

/** Figures of the rows as they came, and of videos where the rows name them. */
export interface FiguresByLevel extends Figures {
  /** The same over videos, the frames of each combined. */
  readonly video?: Figures;
}

/** Thresholds that were fixed on other scores, at the same level. */
export interface FixedThresholds {
  readonly threshold: number;
  /** Thresholds of TPR@FPR and the like by limit; without them each set of scores takes its own. */
  readonly tprAtFpr?: ByLimit;
  readonly bpcerAtApcer?: ByLimit;
  readonly apcerAtBpcer?: ByLimit;
}

/** Options of `figures`. */
export interface FiguresOptions {
  /** Fixed. Without it, the equal error point of the scores themselves, at each level its own. */
  readonly threshold?: number | FixedThresholds;
  /** For the level of videos; without it `threshold` serves both. */
  readonly videoThreshold?: number | FixedThresholds;
  /** Error rates of the operating points (default 0.01, 0.05, 0.1). */
  readonly limits?: readonly number[];
  /** How frames become a video's score (default mean). */
  readonly aggregate?: Aggregate;
  /** Bins of ECE (default 15). */
  readonly bins?: number;
  /** Species that must have attacks. */
  readonly species?: readonly string[];
  /** Rounds, seed, level and method of the intervals; `false` for none. */
  readonly bootstrap?: BootstrapOptions | false;
}

const defaultLimits = [0.01, 0.05, 0.1];

/**
 * All figures of a set of scores, with intervals.
 *
 *     figures({ scores: [0.9, 0.8, 0.3], labels: [1, 1, 0] }).auc   // 1
 *
 * @throws NoSamplesError, OneClassError, ScoreError, LabelError, LengthError, EmptySpeciesError
 */
export function figures(scores: Scores, options: FiguresOptions = {}): FiguresByLevel {
  const { threshold, videoThreshold = threshold, aggregate = 'mean' } = options;
  const frame = figuresOfLevel(scores, threshold, options);
  if (!hasVideos(scores)) return frame;
  return { ...frame, video: figuresOfLevel(aggregateFrames(scores, aggregate), videoThreshold, options) };
}

/** Whether some rows name their video. */
export function hasVideos({ videos }: Scores): boolean {
  for (let i = 0; i < (videos?.length ?? 0); i++) if (videos?.[i]) return true;
  return false;
}

/**
 * Thresholds to be used on other scores: the equal error point, and those of the operating points.
 *
 * @throws NoSamplesError, OneClassError, ScoreError, LabelError, LengthError
 */
export function fixThresholds(scores: Scores, limits: readonly number[] = defaultLimits): FixedThresholds {
  const sample = everything(rankScores(scores, 'thresholds'));
  const values = new Float64Array(figurePaths(sample.ranked, atNoLimits).length);
  figureValues(sample, atNoLimits, values);
  const by = (find: (sample: WeightedSample, limit: number) => number) => Object.fromEntries(limits.map((limit) => [limit, find(sample, limit)]));
  return { threshold: values[0] as number, tprAtFpr: by(thresholdAtFpr), bpcerAtApcer: by(thresholdAtApcer), apcerAtBpcer: by(thresholdAtBpcer) };
}

const atNoLimits: Operating = { tprAtFpr: [], bpcerAtApcer: [], apcerAtBpcer: [] };

function figuresOfLevel(
  scores: Scores,
  threshold: FiguresOptions['threshold'],
  { limits = defaultLimits, bins, species, bootstrap = {} }: FiguresOptions,
): Figures {
  const ranked = rankScores(scores);
  const missing = species?.find((name) => !ranked.attacks.some((attacks) => attacks.species === name));
  if (missing !== undefined) throw new EmptySpeciesError(`Cannot compute figures: the species '${missing}' has no attacks, expected some`);
  const operating = operatingOf(threshold, limits);
  const sample = everything(ranked);
  const paths = figurePaths(ranked, operating);
  const values = new Float64Array(paths.length);
  figureValues(sample, operating, values);
  const named = nested(paths, Array.from(values)) as Pick<
    Figures,
    'threshold' | 'hter' | 'eer' | 'auc' | 'far' | 'frr' | 'accuracy' | 'tprAtFpr' | 'apcer' | 'bpcer' | 'acer' | 'bpcerAtApcer' | 'apcerAtBpcer'
  >;
  const { bonaFide, attacks } = splitScores(scores);
  const { threshold: at, hter, eer, auc, far, frr, accuracy, tprAtFpr, apcer, bpcer, acer, bpcerAtApcer, apcerAtBpcer } = named;
  return {
    ...{ threshold: at, hter, eer, auc, far, frr, accuracy, tprAtFpr, apcer, bpcer, acer, bpcerAtApcer, apcerAtBpcer },
    dEer: detectionEqualErrorRate(roc(bonaFide, attacks)),
    ...calibration(scores, bins),
    n: scores.scores.length,
    bonaFide: bonaFide.length,
    attacks: attacks.length,
    nonResponse: scores.nonResponse ?? { attacks: 0, bonaFide: 0 },
    ...intervalsOf(ranked, operating, bootstrap),
  };
}

function operatingOf(threshold: FiguresOptions['threshold'], limits: readonly number[]): Operating {
  const fixed = typeof threshold === 'object' ? threshold : undefined;
  const value = typeof threshold === 'number' ? threshold : threshold?.threshold;
  if (value !== undefined && !Number.isFinite(value)) throw new RangeError(`Cannot compute figures: the threshold is ${value}, expected a finite number`);
  const bad = limits.find((limit) => !(limit >= 0 && limit <= 1));
  if (bad !== undefined) throw new RangeError(`Cannot compute figures: an operating point is at an error rate of ${bad}, expected a share in 0..1`);
  const at = (thresholds: ByLimit | undefined) =>
    limits.map((limit): OperatingLimit => {
      const known = thresholds?.[limit];
      return known === undefined ? { limit } : { limit, threshold: known };
    });
  return {
    ...(value === undefined ? {} : { threshold: value }),
    tprAtFpr: at(fixed?.tprAtFpr),
    bpcerAtApcer: at(fixed?.bpcerAtApcer),
    apcerAtBpcer: at(fixed?.apcerAtBpcer),
  };
}

/** Each sample once. */
function everything(ranked: RankedScores): WeightedSample {
  const sample = weightedSample(ranked);
  weigh(sample, new Uint16Array(ranked.bonaFideUnits).fill(1), new Uint16Array(ranked.attackUnits).fill(1));
  return sample;
}

function calibration({ scores, labels }: Scores, bins: number | undefined): Pick<Figures, 'ece' | 'brier'> {
  for (let i = 0; i < scores.length; i++) if (!((scores[i] as number) >= 0 && (scores[i] as number) <= 1)) return {};
  return { ece: expectedCalibrationError(scores, labels, bins), brier: brierScore(scores, labels) };
}

function intervalsOf(ranked: RankedScores, operating: Operating, bootstrap: BootstrapOptions | false): Pick<Figures, 'intervals' | 'resampling'> {
  const { over } = ranked;
  if (bootstrap === false) return { intervals: {}, resampling: { over, unavailable: 'not asked for' } };
  try {
    const found = bootstrapIntervals(ranked, operating, bootstrap);
    const intervals = nested(
      found.map(({ path }) => path),
      found.map(({ interval }) => interval),
    );
    return { intervals, resampling: { over } };
  } catch (error) {
    if (error instanceof ResamplingError) return { intervals: {}, resampling: { over, unavailable: error.message } };
    throw error;
  }
}

function nested<T>(paths: readonly FigurePath[], values: readonly T[]): Record<string, T | Record<string, T>> {
  const groups = new Map<string, T | Map<string, T>>();
  for (const [i, [name, key]] of paths.entries()) {
    if (key === undefined) groups.set(name, values[i] as T);
    else {
      const group = groups.get(name);
      if (group instanceof Map) group.set(key, values[i] as T);
      else groups.set(name, new Map([[key, values[i] as T]]));
    }
  }
  return Object.fromEntries([...groups].map(([name, value]) => [name, value instanceof Map ? Object.fromEntries(value) : value]));
}
