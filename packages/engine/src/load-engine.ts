import type { Engine, EngineChoice } from './engine.ts';
import { EngineError } from './engine-error.ts';
import { findInstalledEngine } from './installed-engine.ts';
import { loadTensorflow } from './load-tensorflow.ts';
import { loadWasm } from './load-wasm.ts';

export interface LoadEngineOptions {
  engine?: EngineChoice;
  threads?: number;
  deterministic?: boolean;
  notice?: (message: string) => void;
}

let loading: Promise<Engine> | undefined;

export async function loadEngine(options: LoadEngineOptions = {}): Promise<Engine> {
  const choice = chosenEngine(options.engine);
  loading ??= start(choice, options);
  const engine = await loading;
  if (choice !== 'auto' && choice !== engine.name) {
    throw new EngineError(`Cannot load the ${choice} engine: this process already computes with ${engine.name}, expected one engine a process.`);
  }
  return engine;
}

function chosenEngine(engine: EngineChoice = 'auto'): EngineChoice {
  const forced = process.env['GRADALIGN_ENGINE'];
  if (engine !== 'auto' || forced === undefined || forced === '') return engine;
  if (forced === 'tensorflow' || forced === 'wasm') return forced;
  throw new EngineError(`Cannot choose the engine: GRADALIGN_ENGINE is '${forced}', expected 'tensorflow' or 'wasm'.`);
}

async function start(choice: EngineChoice, options: LoadEngineOptions): Promise<Engine> {
  if (choice === 'wasm') return loadWasm();
  const installed = findInstalledEngine();
  if (installed !== undefined) return loadTensorflow(installed, options);
  const reason = 'the native engine is not installed';
  if (choice === 'tensorflow')
    throw new EngineError(`Cannot load the native engine: it is not installed, expected it in the user's cache. Run: gradalign engine install`);
  options.notice?.(`Training with the wasm engine, because ${reason}: expect 10 to 20 times the time. To install it: gradalign engine install`);
  return loadWasm(reason);
}
