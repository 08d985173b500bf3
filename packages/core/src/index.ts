export { type Aggregate, aggregateFrames } from './aggregate-frames.ts';
export { chooseFrames, evenlySpread } from './choose-frames.ts';
export { corePlugin } from './core-plugin.ts';
export {
  attackOrLive,
  type Box,
  type Dataset,
  type DatasetContext,
  type DatasetDefinition,
  type DatasetNotes,
  defineDataset,
  type ImageSource,
  type Sample,
  type Split,
  splits,
} from './dataset.ts';
export { ConfigurationError, cannot, type Problem, UserError } from './errors.ts';
export {
  type EvaluationBlock,
  type EvaluationLevels,
  type EvaluationMetric,
  type EvaluationOptions,
  type EvaluationResult,
  evaluateScores,
  type LevelFigures,
  type Unavailable,
} from './evaluation.ts';
export { areaUnderCurve } from './metrics/area-under-curve.ts';
export { type EqualErrorPoint, equalErrorRate } from './metrics/equal-error-rate.ts';
export { type RocPoint, roc } from './metrics/roc.ts';
export { truePositiveRateAt } from './metrics/tpr-at-fpr.ts';
export { equalErrorThreshold, type OperatingPoint, type OperatingPoints, operatingPoints } from './operating-point.ts';
export { type AnyItem, type Define, definePlugin, type Kind, kinds, type Plugin } from './plugin.ts';
export { renderEvaluation } from './render-evaluation.ts';
export { readScoreFile, type ScoreRow, writeScoreFile } from './score-file.ts';
export { createRandom, createSeed, type Random, type RandomStream, type Seed } from './seed.ts';
