export { type Calibration, calibratedProbability, oddsOfProbability } from '@gradalign/model-format';
export { accuracy, accuracyAt } from './accuracy.ts';
export { acer } from './acer.ts';
export { type Aggregate, aggregateFrames, combineScores, groupByVideo } from './aggregate-frames.ts';
export type { Attacks } from './apcer.ts';
export { apcer, attacksBySpecies, worstApcer } from './apcer.ts';
export { areaUnderCurve } from './area-under-curve.ts';
export { type HistogramBin, type ReliabilityBin, reliabilityBins, scoreHistogram } from './bins.ts';
export { type BootstrapOptions, bootstrapIntervals, type FigureInterval, type IntervalMethod } from './bootstrap-intervals.ts';
export { bpcer } from './bpcer.ts';
export { brierScore } from './brier-score.ts';
export { type ClassProbabilities, predictedClass, requireClasses, requireProbabilities } from './class-probabilities.ts';
export { type Conventions, type ConventionsOptions, compareConventions } from './compare-conventions.ts';
export { type DetPoint, detPoints, type EpcPoint, expectedPerformanceCurve, type ThresholdPoint, thresholdCurve } from './curves.ts';
export { detectionEqualErrorRate } from './detection-equal-error-rate.ts';
export { type EqualErrorPoint, equalErrorRate } from './equal-error-rate.ts';
export { falseAcceptRate, falseRejectRate } from './error-rates.ts';
export {
  EmptySpeciesError,
  LabelError,
  LengthError,
  MetricError,
  NoSamplesError,
  OneClassError,
  ProbabilityError,
  ResamplingError,
  ScoreError,
} from './errors.ts';
export { expectedCalibrationError } from './expected-calibration-error.ts';
export type { FigurePath, Operating, OperatingLimit } from './figure-values.ts';
export {
  type ByLimit,
  type FigureIntervals,
  type Figures,
  type FiguresByLevel,
  type FiguresOptions,
  type FixedThresholds,
  figures,
  fixThresholds,
  hasVideos,
  type Resampling,
} from './figures.ts';
export { formatScores, type ScoreRow } from './format-scores.ts';
export { holmCorrection } from './holm-correction.ts';
export { hter } from './hter.ts';
export { type Interval, interval } from './interval.ts';
export { type Kinds, requireKinds } from './kinds.ts';
export { type NonResponseRates, nonResponseRates } from './non-response-rates.ts';
export { apcerAtBpcer, bpcerAtApcer, type OperatingRates } from './operating-limits.ts';
export { type OperatingRule, type OperatingThreshold, operatingThreshold } from './operating-threshold.ts';
export { type PairedPermutationOptions, pairedPermutationTest } from './paired-permutation-test.ts';
export { type ParsedScores, type ParseOptions, parseScores, scoreRows } from './parse-scores.ts';
export { quoteCsv } from './quote-csv.ts';
export { type RankedAttacks, type RankedSamples, type RankedScores, rankScores } from './ranked-scores.ts';
export type { Unit } from './resampling-units.ts';
export { type Roc, type RocPoint, roc, rocPoints } from './roc.ts';
export { ScoreFileError } from './score-file-error.ts';
export { type BinaryScores, bonaFideLabel, type NonResponse, requireFinite, requireLabel, type Scores, splitScores, unknownSpecies } from './scores.ts';
export { truePositiveRateAt } from './true-positive-rate-at.ts';
export { truePositiveRateNearest } from './true-positive-rate-nearest.ts';
export { type PairedTest, type WilcoxonTest, wilcoxonSignedRank } from './wilcoxon-signed-rank.ts';
