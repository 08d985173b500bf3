// processes of their own
export { type ChildOptions, runChildModule } from './child-processes/child-module.ts';

// installing and loading

export type { Engine, EngineChoice, EngineEnvironment } from './contracts/engine.ts';
export { EngineError } from './contracts/engine-error.ts';
export { type EngineReportOptions, engineReport } from './doctor/engine-report.ts';
export type { EngineReport } from './doctor/engine-report-type.ts';
export type { EngineSpeed } from './doctor/engine-speed.ts';
export { renderEngineReport } from './doctor/render-engine-report.ts';
export { type InstallEngineOptions, type InstallResult, installEngine } from './install/install-engine.ts';
export type { BeginPhase, InstallPhase, InstallProgress } from './install/install-progress.ts';
export type { InstallSteps } from './install/install-steps.ts';
export { type RemoveEngineOptions, type RemoveResult, removeEngine } from './install/remove-engine.ts';
export type { SmokeResult } from './install/smoke-run.ts';
export { type VerifyEngineOptions, type VerifyResult, verifyEngine } from './install/verify-engine.ts';
export type { EngineLock, PinnedEngine, PinnedWheel, Variant } from './installed/engine-lock.ts';
export { type LoadEngineOptions, loadEngine } from './load/load-engine.ts';
export type { CpuFeatures } from './machine/cpu-features.ts';
// operations with fused kernels on the native engine
export { type AfterNorm, type BatchNorm, batchNorm, type GroupedBatchNorm, groupedBatchNorm } from './ops/batch-norm.ts';
export { batchNormInference } from './ops/batch-norm-inference.ts';
export { combine, type Term } from './ops/combine.ts';
export { conv2d } from './ops/conv2d.ts';
export { depthwiseConv2d } from './ops/depthwise-conv2d.ts';
export { dot } from './ops/dot.ts';
export { setFusedKernels } from './ops/fused-kernels.ts';
export { globalAveragePool } from './ops/global-average-pool.ts';
export { globalNorm } from './ops/global-norm.ts';
export { l2Normalize } from './ops/l2-normalize.ts';
export { maxPool } from './ops/max-pool.ts';
export { relu } from './ops/relu.ts';
export { relu6 } from './ops/relu6.ts';
export { reverseGradient } from './ops/reverse-gradient.ts';
export { sigmoidCrossEntropy } from './ops/sigmoid-cross-entropy.ts';
export { softmaxCrossEntropy } from './ops/softmax-cross-entropy.ts';
export { weightedSum } from './ops/weighted-sum.ts';
// one forward, many pullbacks
export { type Cotangent, type Operation, type PullbackOptions, recordTape, type Tape } from './tape/tape.ts';
