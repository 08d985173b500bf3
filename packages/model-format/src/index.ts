export { type Calibration, calibratedProbability, largestOdds, oddsOfProbability } from './calibration.ts';
export { type Aggregate, combineScores } from './combine-scores.ts';
export { type Golden, goldenName, parseGolden } from './golden.ts';
export { type CurvePoint, type ModelCurve, type ModelMetadata, type ModelThreshold, metadataKey, newestFormat, type ThresholdScale } from './model-metadata.ts';
export { parseMetadata } from './parse-metadata.ts';
export { readProperties } from './read-properties.ts';
export { scoreVideo, type VideoRules, type VideoScore } from './score-video.ts';
