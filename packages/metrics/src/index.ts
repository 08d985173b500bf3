export { accuracy, accuracyAt } from './accuracy.ts';
export { acer } from './acer.ts';
export { type Aggregate, aggregateFrames, combineScores, groupByVideo } from './aggregate-frames.ts';
export { apcer, attacksBySpecies, worstApcer } from './apcer.ts';
export { areaUnderCurve } from './area-under-curve.ts';
export { bpcer } from './bpcer.ts';
export { brierScore } from './brier-score.ts';
export { type ClassProbabilities, predictedClass, requireClasses, requireProbabilities } from './class-probabilities.ts';
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
export { formatScores, type ScoreRow } from './format-scores.ts';
export { hter } from './hter.ts';
export { type Interval, interval } from './interval.ts';
export { type Kinds, requireKinds } from './kinds.ts';
export { quoteCsv } from './quote-csv.ts';
export { type Roc, type RocPoint, roc, rocPoints } from './roc.ts';
export { type BinaryScores, bonaFideLabel, type NonResponse, requireFinite, requireLabel, type Scores, splitScores, unknownSpecies } from './scores.ts';
export { truePositiveRateAt } from './true-positive-rate-at.ts';
