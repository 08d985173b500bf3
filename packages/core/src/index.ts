export { type AdaptiveAscentOptions, adaptiveAscent } from './adaptive-ascent.ts';
export { type Aggregate, aggregateFrames } from './aggregate-frames.ts';
export {
  type AffineMap,
  type Augmentation,
  type AugmentationDefinition,
  type ColourMap,
  defineAugmentation,
  type ErasedPart,
  type PixelImage,
} from './augmentation.ts';
export {
  type Callback,
  type CallbackDefinition,
  type CallbackWishes,
  defineCallback,
  type HeldOutLossWish,
  type RunEvents,
  type WeightsOffer,
} from './callback.ts';
export { type Catalogue, type CatalogueItem, createCatalogue, type PluginSource } from './catalogue.ts';
export { rawWeights } from './check-callbacks.ts';
export { type Checkpoint, type CheckpointContent, latestCheckpoint, loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
export { chooseFrames, evenlySpread } from './choose-frames.ts';
export { type Comparison, type ComparisonRow, compareRuns } from './compare-runs.ts';
export { completeOptions } from './complete-options.ts';
export { compose, type Losses, type NamedMetric, parts } from './compose.ts';
export { type DescribedItem, type DescribedOption, describeCatalogue } from './configuration/describe-catalogue.ts';
export { experimentJsonSchema } from './configuration/json-schema.ts';
export { type LoadedExperiment, type LoadOptions, loadExperiment } from './configuration/load-experiment.ts';
export { loadStudy } from './configuration/load-study.ts';
export { showExperiment } from './configuration/show-experiment.ts';
export { Container, type Token, token } from './container.ts';
export { corePlugin } from './core-plugin.ts';
export {
  type ClipSource,
  type Dataset,
  type DatasetContext,
  type DatasetDefinition,
  type DatasetNotes,
  type DerivedImage,
  defineDataset,
  type ImageSource,
  type Rectangle,
  type Sample,
  type Split,
  splits,
} from './dataset.ts';
export type { DomainBatch } from './domain-batch.ts';
export { createDomainBatches, type DomainBatches, type LoadedBatch } from './domain-batches.ts';
export { type DomainGradients, domainGradients } from './domain-gradients.ts';
export { createDataset, type Domain, type Domains, type LoadDomainsOptions, loadDomains, type SourceDomain } from './domains.ts';
export { ermStep } from './erm-step.ts';
export { ConfigurationError, cannot, DivergedError, type Problem, UserError } from './errors.ts';
export { type EvaluateTrainedRunOptions, evaluateTrainedRun } from './evaluate-trained-run.ts';
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
export type { Experiment, Named } from './experiment-type.ts';
export { findImages } from './find-images.ts';
export { type FolderLock, lockFolder } from './folder-lock.ts';
export { Gradients } from './gradients.ts';
export { composeAffine } from './images/affine-map.ts';
export { type DecodedImage, type DecodeOptions, decodeImage, UnreadableImageError } from './images/decode-image.ts';
export { findAugmentations } from './images/find-augmentations.ts';
export { imageDecoders } from './images/image-decoders.ts';
export { createImageLoader, type ImageLoader, type ImageLoaderOptions } from './images/image-loader.ts';
export { renderView } from './images/render-view.ts';
export { sendThrough } from './images/send-through.ts';
export { workerEntry } from './images/worker-entry.ts';
export { createWorkerPool, type WorkerPool } from './images/worker-pool.ts';
export { type Interval, interval } from './interval.ts';
export { firstPartyPlugins, type LoadCatalogueOptions, loadCatalogue } from './load-plugins.ts';
export { type Auxiliary, type AuxiliaryBatch, defineLoss, type Loss, type LossContext, type LossDefinition, type Risk } from './loss.ts';
export { defineMetric, type Figure, type Metric, type MetricDefinition, type Scored } from './metric.ts';
export { areaUnderCurve } from './metrics/area-under-curve.ts';
export { type EqualErrorPoint, equalErrorRate } from './metrics/equal-error-rate.ts';
export { type RocPoint, roc } from './metrics/roc.ts';
export { truePositiveRateAt } from './metrics/tpr-at-fpr.ts';
export { defineModel, type Model, type ModelContext, type ModelDefinition, type ModelOutput, type Pass } from './model.ts';
export { matchesPattern } from './name-pattern.ts';
export { nearestName, suggestion } from './nearest-name.ts';
export { createObjective, type EvaluateOptions, type Evaluation, type GradientOf, type Objective, type ObjectiveParts } from './objective.ts';
export type { OfferedWeights } from './offered-weights.ts';
export { equalErrorThreshold, type OperatingPoint, type OperatingPoints, operatingPoints } from './operating-point.ts';
export {
  defineOptimizer,
  type Limit,
  type LossValues,
  lossValues,
  type Optimizer,
  type OptimizerDefinition,
  type StepCost,
  type StepReport,
  stateless,
} from './optimizer.ts';
export { type AnyItem, type Define, definePlugin, type Kind, kinds, type Plugin } from './plugin.ts';
export { type Prediction, type Predictions, predict } from './predict.ts';
export { defineProtocol, type Protocol, type ProtocolDefinition } from './protocol.ts';
export { clipKey, type PartCounts, type ProtocolRecord, recordProtocol, renderProtocol } from './protocol-record.ts';
export { renderEvaluation, renderEvaluations } from './render-evaluation.ts';
export { renderTable } from './render-table.ts';
export { type ProgressState, type Reporter, silentReporter } from './reporter.ts';
export { type RunPaths, runPaths } from './run-folder.ts';
export { type OfferedWeightsResults, type RunResults, readRunResults, type WeightsFigures } from './run-results.ts';
export { type BatchStatistics, moveRunningStatistics } from './running-statistics.ts';
export { decodeSafetensors, encodeSafetensors, readSafetensors, type SafetensorsFile, type StoredTensor } from './safetensors.ts';
export { defineSchedule, type Progress, type Schedule, type ScheduleDefinition } from './schedule.ts';
export { readScoreFile, type ScoreRow, writeScoreFile } from './score-file.ts';
export { type ScoredSample, scoreSamples } from './score-samples.ts';
export { createRandom, createSeed, type Random, type RandomStream, type Seed } from './seed.ts';
export { type HessianStepOptions, hessianStep } from './sharpness/hessian-step.ts';
export { hessianVectorProduct } from './sharpness/hessian-vector-product.ts';
export { type LargestEigenvalue, type LargestEigenvalueOptions, largestEigenvalue } from './sharpness/largest-eigenvalue.ts';
export { type LossSurface, type RiskSurfaceOptions, riskSurface } from './sharpness/loss-surface.ts';
export { measureSharpness, type Sharpness, type SharpnessOptions } from './sharpness/measure-sharpness.ts';
export { type AdversarialLossOptions, adversarialLoss, lossesAtRandom, type RandomLossOptions } from './sharpness/perturbed-loss.ts';
export { type DomainSharpness, type RunSharpness, type RunSharpnessOptions, runSharpness } from './sharpness/run-sharpness.ts';
export type { State, Stateful } from './state.ts';
export { runStudy, type Study, type StudyOptions, type StudyRun } from './study.ts';
export { type TrainOptions, type TrainOutcome, train } from './train.ts';
export { type OpenRunOptions, openTrainedRun, type TrainedRun } from './trained-run.ts';
export { defineUpdateRule, type UpdateRule, type UpdateRuleDefinition } from './update-rule.ts';
export { WeightAverage } from './weight-average.ts';
export { Weights } from './weights.ts';
export { describeWriteError, writeAtomically } from './write-atomically.ts';
