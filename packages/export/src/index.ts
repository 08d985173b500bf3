export { type ModelCardOptions, modelCard } from './card/model-card.ts';
export type { OnnxAnswer } from './check/onnx-job.ts';
export { type RawImages, runOnnx } from './check/run-onnx.ts';
export { type ExportedRun, type ExportOptions, exportRun } from './export-run.ts';
export type { ModelFigures, QuantizationComparison } from './quantize/quantize-run.ts';
