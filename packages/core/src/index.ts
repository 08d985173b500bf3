export { describeWriteError, makeFolders } from '@gradalign/engine/files';
export { type Calibration, calibratedProbability } from '@gradalign/metrics';
export { evenlySpread } from '@gradalign/pixels';
export { describeReadError, openBounded, readBounded, UnreadableFileError } from '@gradalign/pixels/files';
export type { Override } from './configuration/apply-overrides.ts';
export { type Catalogue, type CatalogueItem, createCatalogue, type PluginSource } from './configuration/catalogue.ts';
export type { Schema } from './configuration/compile-schema.ts';
export { completeOptions, optionsFromTexts } from './configuration/complete-options.ts';
export { corePlugin } from './configuration/core-plugin.ts';
export { createDataset, createFolderDataset } from './configuration/create-item.ts';
export { type DescribedItem, type DescribedOption, describeCatalogue } from './configuration/describe-catalogue.ts';
export { strayFault } from './configuration/guards/culprit.ts';
export { experimentJsonSchema } from './configuration/json-schema.ts';
export { type CheckedExperiment, checkWithoutPlugins, type LoadedExperiment, type LoadOptions, loadExperiment } from './configuration/load-experiment.ts';
export { type LoadCatalogueOptions, loadCatalogue } from './configuration/load-plugins.ts';
export { loadSettings, type SettingsSources } from './configuration/load-settings.ts';
export { nearestName, suggestion } from './configuration/nearest-name.ts';
export type { PortableSettings } from './configuration/portable-settings.ts';
export { showExperiment } from './configuration/show-experiment.ts';
export type { Written, WrittenValues } from './configuration/written-paths.ts';
export {
  type AffineMap,
  type Augmentation,
  type AugmentationDefinition,
  type ColorMap,
  defineAugmentation,
  type ErasedPart,
  type Interpolation,
  interpolations,
  type PixelImage,
} from './contracts/augmentation.ts';
export {
  type Callback,
  type CallbackContext,
  type CallbackDefinition,
  type CallbackRequirements,
  defineCallback,
  type HeldOutLossRequirement,
  type RunEvents,
  type TrainedBatch,
  type WeightsOffer,
} from './contracts/callback.ts';
export {
  type ClipSource,
  type Dataset,
  type DatasetContext,
  type DatasetDefinition,
  type DatasetNotes,
  type DerivedImage,
  defineDataset,
  type ImageSource,
  type LeftOut,
  type LeftOutKind,
  type Rectangle,
  type Sample,
  type Split,
  splits,
} from './contracts/dataset.ts';
export { ConfigurationError, cannot, DivergedError, type Problem, UserError } from './contracts/errors.ts';
export type { Experiment, OptimizerNamed } from './contracts/experiment.ts';
export type { GradientCosine } from './contracts/gradient-cosine.ts';
export { Gradients } from './contracts/gradients.ts';
export { heldOutName } from './contracts/held-out-name.ts';
export {
  type Auxiliary,
  type AuxiliaryBatch,
  defineLoss,
  type Loss,
  type LossContext,
  type LossDefinition,
  type LossWeightsContext,
  type Risk,
} from './contracts/loss.ts';
export { defineMetric, type Figure, type Metric, type MetricDefinition, type Scored } from './contracts/metric.ts';
export { defineModel, type Model, type ModelContext, type ModelDefinition, type ModelOutput, type Pass, type SpatialHalves } from './contracts/model.ts';
export { matchesPattern } from './contracts/name-pattern.ts';
export type { Named } from './contracts/named.ts';
export type { EvaluateOptions, Evaluation, GradientOf, Objective } from './contracts/objective.ts';
export type { OfferedWeights } from './contracts/offered-weights.ts';
export {
  defineOptimizer,
  type GradientWatch,
  type Limit,
  type LossValues,
  lossValues,
  type Optimizer,
  type OptimizerDefinition,
  type StepCost,
  type StepReport,
  stateless,
} from './contracts/optimizer.ts';
export { type AnyItem, type Define, definePlugin, firstPartyPlugins, type Kind, kinds, type Plugin } from './contracts/plugin.ts';
export { PluginError, type PluginItem } from './contracts/plugin-error.ts';
export { defineProtocol, type Protocol, type ProtocolDefinition } from './contracts/protocol.ts';
export { type ProgressState, type Reporter, silentReporter } from './contracts/reporter.ts';
export { defineSchedule, type Progress, type Schedule, type ScheduleDefinition } from './contracts/schedule.ts';
export { createRandom, createSeed, type Random, type RandomStream, type Seed } from './contracts/seed.ts';
export type { State, Stateful } from './contracts/state.ts';
export type { Unavailable } from './contracts/unavailable.ts';
export { defineUpdateRule, type UpdateRule, type UpdateRuleDefinition } from './contracts/update-rule.ts';
export { Weights } from './contracts/weights.ts';
export { adviceOn, isCameraOrDate } from './data/advice-on.ts';
export { chooseFrames, type FrameChoice, type RandomFrame } from './data/choose-frames.ts';
export { clipKey } from './data/clip-key.ts';
export type { DomainBatch } from './data/domain-batch.ts';
export type { DomainBatchesOptions } from './data/domain-batches.ts';
export { createDomainBatches, type DomainBatches, type LoadedBatch } from './data/domain-batches.ts';
export { KnownData, type Verdict } from './data/known-data.ts';
export { describeLeftOut, describeProblems, type LeftOutByDomain, LeftOutLedger, toleratedShare } from './data/left-out.ts';
export { type PartCounts, type ProtocolRecord, recordProtocol } from './data/protocol-record.ts';
export type { Domain, Domains, SourceDomain } from './data/read-domains.ts';
export type { Unanswered } from './data/unanswered.ts';
export { type FastDevRun, type FastDevRunOptions, fastDevRun } from './develop/fast-dev-run.ts';
export { type FindLearningRateOptions, findLearningRate, type LearningRates } from './develop/find-learning-rate.ts';
export type { Layer } from './develop/layers-of.ts';
export { type Overfit, type OverfitOptions, overfit } from './develop/overfit.ts';
export { type ProfiledSteps, type ProfileStepsOptions, profileSteps } from './develop/profile-steps.ts';
export type { RatedLoss } from './develop/suggest-rate.ts';
export { type SummarizedLayer, type SummarizeOptions, type Summary, summarize } from './develop/summarize.ts';
export type { TraceEvent } from './develop/trace-events.ts';
export { aggregateFrames } from './evaluation/aggregate-frames.ts';
export { fitIsotonic, fitTemperature, logOdds } from './evaluation/calibration.ts';
export type { NamedMetric } from './evaluation/compute-figures.ts';
export { type EvaluateOptions as EvaluateModelOptions, evaluate, type Figuring } from './evaluation/evaluate.ts';
export type { OfferedWeightsResults } from './evaluation/evaluate-offer.ts';
export {
  type EvaluateScoresOptions,
  type EvaluationBlock,
  type EvaluationLevels,
  type EvaluationResult,
  evaluateScores,
  type LevelFigures,
} from './evaluation/evaluate-scores.ts';
export type { WeightsFigures } from './evaluation/evaluate-weights.ts';
export { type EvaluateWeightsOptions, type EvaluationSetting, evaluateWeights } from './evaluation/evaluate-weights.ts';
export type { FigureInterval } from './evaluation/figure-intervals.ts';
export { gradCam } from './evaluation/grad-cam.ts';
export { heldOutLoss } from './evaluation/held-out-loss.ts';
export { equalErrorThreshold, type OperatingPoint, type OperatingPoints, operatingPoints } from './evaluation/operating-point.ts';
export { type Oracle, oracleOf, type TargetEvaluation } from './evaluation/oracle.ts';
export type { PassOptions } from './evaluation/pass-over-samples.ts';
export { rankingScore } from './evaluation/ranking-score.ts';
export { readScores } from './evaluation/read-scores.ts';
export { writeScoreFile } from './evaluation/score-file.ts';
export type { DomainSamples } from './evaluation/score-samples.ts';
export { type Logit, type ScoredSample, scoreSamples } from './evaluation/score-samples.ts';
export type { ScoreScale } from './evaluation/score-scale.ts';
export type { Scoring } from './evaluation/scoring.ts';
export { type ValidateOptions, type Validation, validate } from './evaluation/validate.ts';
export {
  type Checkpoint,
  type CheckpointContent,
  listCheckpoints,
  loadCheckpoint,
  loadLatestCheckpoint,
  type RefusedCheckpoint,
  saveCheckpoint,
} from './files/checkpoint.ts';
export { type FolderLock, type LockHolder, lockFolder, lockHolder } from './files/folder-lock.ts';
export { leadsOutside, linkedOutside, linksOutOf } from './files/leads-outside.ts';
export { requireOutput } from './files/require-output.ts';
export { decodeSafetensors, encodeSafetensors, readSafetensors, type SafetensorsFile, type StoredTensor } from './files/safetensors.ts';
export { requireWorkingLocks } from './files/working-locks.ts';
export type { FileContent } from './files/write-atomically.ts';
export { writeAtomically } from './files/write-atomically.ts';
export { renderEvaluation, renderEvaluations } from './rendering/render-evaluation.ts';
export { renderProtocol } from './rendering/render-protocol.ts';
export { renderTable } from './rendering/render-table.ts';
export { type CalibratedRun, type CalibrateOptions, calibrateRun } from './run/calibrate-run.ts';
export { rawWeights } from './run/check-callbacks.ts';
export { type CollectedFeatures, type CollectFeaturesOptions, collectFeatures, type FeatureSample } from './run/collect-features.ts';
export { type CommonPreparation, commonPreparation, type PreparationRecord } from './run/common-preparation.ts';
export type { ComposeOptions } from './run/compose.ts';
export { compose, type Losses, parts } from './run/compose.ts';
export { Container, type Token, token } from './run/container.ts';
export { checkDecisionName, type Decision, type DecisionLevel, findDecision, readDecisions, writeDecision } from './run/decisions.ts';
export type { ExtensionRecord } from './run/describe-extension.ts';
export { type EvaluateTrainedRunOptions, evaluateTrainedRun, type TrainedRunEvaluation } from './run/evaluate-trained-run.ts';
export { type Explanation, explainImages } from './run/explain-images.ts';
export { framesPerVideo } from './run/frames-per-video.ts';
export { type LoadDomainsOptions, loadDomains } from './run/load-domains.ts';
export { type MeasuredSteps, measureSteps } from './run/measure-steps.ts';
export { type Prediction, type PredictionInput, type Predictions, type PredictionThreshold, type PredictOptions, predict } from './run/predict.ts';
export { type MemorySettings, requireMemory, usableMemory } from './run/require-memory.ts';
export { type RunPaths, runPaths, sweepRunFolder } from './run/run-folder.ts';
export type { RunIdentity } from './run/run-identity.ts';
export { type RunResults, readRunResults } from './run/run-results.ts';
export { type TrainOptions, type TrainOutcome, train } from './run/train.ts';
export { type OpenRunOptions, openTrainedRun, type TrainedRun } from './run/trained-run.ts';
export { drawTrials } from './search/draw-trials.ts';
export { bestTrial, readSearchChoice, type SearchChoice, type SearchOutcome, type SearchTrial, type TrialFigure } from './search/search-choice.ts';
export { type Bounds, describeRange, type SearchRange, type SearchRanges, type Settings, settingText } from './search/search-range.ts';
export { type CheckedStudy, checkStudy, isStudyFile } from './study/check-study.ts';
export { type Comparison, type ComparisonExtras, type ComparisonRow, compareRuns, type FailedStudyRun } from './study/compare-runs.ts';
export { expectedSettings } from './study/expected-settings.ts';
export type { PlannedRun } from './study/find-study-run.ts';
export { loadStudy, type StudyFileOptions } from './study/load-study.ts';
export { type LoadedStudyRun, loadStudyRun, type WhichRun } from './study/load-study-run.ts';
export type { OracleRow } from './study/oracle-rows.ts';
export { loadPlannedRun, type PlannedSearch, recordChoices, searchOutcomes } from './study/plan-search.ts';
export { describePlan, type MethodPlan, type PlannedValue, type StudyPlan } from './study/plan-study.ts';
export { type PublishedFigure, type PublishedFigures, readPublishedFigures } from './study/published-figures.ts';
export { requireSettledSearch } from './study/settle-search.ts';
export {
  describeHolder,
  describeOpen,
  describeSearch,
  type FailedRun,
  isSame,
  openTrials,
  planStudy,
  planWholeStudy,
  runSearch,
  runStudy,
  type StudyOptions,
  type StudyRun,
  titleOf,
  type WholePlan,
} from './study/study.ts';
export { type Study, type StudySearch, searchedRanges, studyTargets } from './study/study-definition.ts';
export type { StudyRunName } from './study/study-run-name.ts';
export { studyJsonSchema } from './study/study-schema.ts';
export { type RunState, type RunStatus, type StudyStatus, studyStatus } from './study/study-status.ts';
export type { CorrectedTest, MethodTest } from './study/test-methods.ts';
export { type StudyRunOutcome, type TrainStudyRunOptions, trainPlannedRun, trainStudyRun } from './study/train-study-run.ts';
export { type AdaptiveAscentOptions, adaptiveAscent, isOffset } from './training/adaptive-ascent.ts';
export { createObjective } from './training/create-objective.ts';
export { type DomainGradients, domainGradients } from './training/domain-gradients.ts';
export { ermStep } from './training/erm-step.ts';
export type { ObjectiveParts } from './training/objective-parts.ts';
export { type BatchStatistics, moveRunningStatistics } from './training/running-statistics.ts';
export { type StepCounter, stepCounter } from './training/step-counter.ts';
export { createTrainedWeights, type TrainedWeights, type TrainedWeightsOptions } from './training/trained-weights.ts';
export type { LoopEnd, Position } from './training/training-loop.ts';
export { WeightAverage } from './training/weight-average.ts';
