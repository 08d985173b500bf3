export { type GoldenLosses, runGoldenLosses } from './golden-losses.ts';
export { type GoldenMetrics, runGoldenMetrics } from './golden-metrics.ts';
export { goldenNet, type PlainTensor, type PlainTensors, tensors } from './golden-net.ts';
export {
  type Complete,
  type GoldenDeviation,
  type GoldenOptimizerCase,
  type GoldenOptimizers,
  runGoldenOptimizer,
  tensorDeviation,
} from './golden-optimizers.ts';
