// installing and loading
export type { Engine, EngineChoice, EngineEnvironment } from './engine.ts';
export { EngineError } from './engine-error.ts';
export { type LoadEngineOptions, loadEngine } from './load-engine.ts';
