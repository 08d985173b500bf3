export { type AuxiliaryBatchParts, auxiliaryBatch } from './auxiliary-batch.ts';
export { binaryRisk } from './binary-risk.ts';
export { callbackContext } from './callback-context.ts';
export { type CheckGradientsOptions, checkGradients } from './check-gradients.ts';
export type { DatasetCheck, DatasetChecksOptions } from './dataset-checks/setting.ts';
export { datasetChecks } from './dataset-checks.ts';
export { readGoldenFile } from './golden-file.ts';
export { type GoldenLosses, goldenLossesFormat, runGoldenLosses } from './golden-losses.ts';
export { type GoldenMetrics, goldenMetricsFormat, runGoldenMetrics } from './golden-metrics.ts';
export { goldenNet, type PlainTensor, type PlainTensors, tensors } from './golden-net.ts';
export {
  type Complete,
  type GoldenDeviation,
  type GoldenOptimizerCase,
  type GoldenOptimizers,
  goldenOptimizersFormat,
  runGoldenOptimizer,
  tensorDeviation,
} from './golden-optimizers.ts';
export { type LossChecksOptions, lossChecks } from './loss-checks.ts';
export type { ModelCheck } from './model-checks/setting.ts';
export { type ModelChecksOptions, modelChecks } from './model-checks.ts';
export type { Check, ClosedForm } from './optimizer-checks/setting.ts';
export { type OptimizerChecksOptions, optimizerChecks } from './optimizer-checks.ts';
export { createProblem, type Problem, type ProblemParts } from './problem.ts';
export { type PlainQuadratics, plainQuadratics, type Quadratic, type Quadratics, quadraticProblem } from './quadratic-problem.ts';
export { type SmallNetOptions, smallNet } from './small-net.ts';
export { stepEvent } from './step-event.ts';
export { makeOptimizer, type Options, type PlainValues, type Step, type StepOptions, takeStep } from './take-step.ts';
