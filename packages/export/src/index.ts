export { type ModelCardOptions, modelCard } from './card/model-card.ts';
export { type ExportedRun, type ExportOptions, exportRun } from './export-run.ts';
export type { ModelFigures, QuantizationComparison } from './quantize/quantize-run.ts';
