// installing and loading
export type { Engine, EngineChoice, EngineEnvironment } from './engine.ts';
export { EngineError } from './engine-error.ts';
export { type InstallEngineOptions, type InstallResult, installEngine } from './install/install-engine.ts';
export type { InstallPhase, InstallProgress } from './install/install-progress.ts';
export { type LoadEngineOptions, loadEngine } from './load/load-engine.ts';
