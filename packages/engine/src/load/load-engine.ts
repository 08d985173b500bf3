import type { Engine, EngineChoice } from '../contracts/engine.ts';
import { EngineError } from '../contracts/engine-error.ts';
import { bindingId, copyBinding, prebuiltBinding } from '../installed/binding.ts';
import { contentProblem } from '../installed/content-problem.ts';
import { type EngineStatus, preferredEngine } from '../installed/installed-engine.ts';
import { placeBinding } from '../installed/place-binding.ts';
import { machineProblem } from '../machine/machine-problem.ts';
import { loadTensorflow } from './load-tensorflow.ts';
import { loadWasm } from './load-wasm.ts';

/** Options of {@link loadEngine}. */
export interface LoadEngineOptions {
  /** `auto` by default; the environment variable GRADALIGN_ENGINE takes the place of `auto`. */
  readonly engine?: EngineChoice;
  /** Threads within one operation, from 1; by default all processors that this process may use. The wasm engine always has one. */
  readonly threads?: number;
  /** Whether the same input gives the same bits in every run, also on a GPU; true by default. */
  readonly deterministic?: boolean;
  /** Called once, with the reason and the remedy, if `auto` falls back to the slow wasm engine. */
  readonly notice?: (message: string) => void;
}

let loading: Promise<Engine> | undefined;

/**
 * Makes an engine the backend of tfjs-core in this process. The first call loads it, later calls return the same engine. All other functions of
 * this package that compute need it loaded.
 *
 * @throws EngineError if the requested engine cannot be loaded, or if this process already computes with another one or with other threads.
 */
export async function loadEngine(options: LoadEngineOptions = {}): Promise<Engine> {
  const choice = chosenEngine(options.engine);
  const first = loading === undefined;
  loading ??= start(choice, options);
  const engine = await loading.catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  if (choice !== 'auto' && choice !== engine.name) {
    throw new EngineError(`Cannot load the ${choice} engine: this process already computes with the ${engine.name} engine, expected one engine a process.`);
  }
  if (!first && engine.name === 'tensorflow' && options.threads !== undefined && options.threads !== engine.threads) {
    throw new EngineError(`Cannot set ${options.threads} threads: the engine was loaded with ${engine.threads}, expected one number of threads a process.`);
  }
  return engine;
}

/** The requested engine, with GRADALIGN_ENGINE in place of `auto`. */
export function chosenEngine(engine: EngineChoice = 'auto'): EngineChoice {
  const forced = process.env['GRADALIGN_ENGINE'];
  if (engine !== 'auto' || !forced) return engine;
  if (forced === 'tensorflow' || forced === 'wasm' || forced === 'auto') return forced;
  throw new EngineError(`Cannot choose the engine: GRADALIGN_ENGINE is '${forced}', expected tensorflow, wasm or auto.`);
}

async function start(choice: EngineChoice, options: LoadEngineOptions): Promise<Engine> {
  if (choice === 'wasm') return loadWasm();
  const native = await loadNative(options).catch((error: unknown) => {
    if (error instanceof EngineError) return { reason: error.message, hint: '' };
    throw error;
  });
  if ('name' in native) return native;
  const { reason, hint } = native;
  if (choice === 'tensorflow') throw new EngineError(hint === '' ? reason : `Cannot load the native engine: ${reason}, expected it ready to load.${hint}`);
  options.notice?.(`Computing with the wasm engine: ${reason.replace(/\.$/, '')}. Expect training to take 10 to 20 times as long.${hint}`);
  return loadWasm(reason);
}

async function loadNative(options: LoadEngineOptions): Promise<Engine | { reason: string; hint: string }> {
  const status = await withOwnBinding(preferredEngine());
  const problem = 'problem' in status ? status.problem : undefined;
  const unfit = status.state === 'unsupported' || problem !== undefined ? machineProblem() : undefined;
  if (unfit !== undefined) return { reason: unfit, hint: ' It runs on Linux with glibc and on macOS with Apple silicon.' };
  if (status.state === 'unsupported') return { reason: status.problem, hint: ' It runs on Linux with glibc and on macOS with Apple silicon.' };
  if (status.state !== 'ready') return { reason: status.problem, hint: ' To install it: gradalign engine install' };
  for (const folder of [status.dir, status.binding]) {
    const damage = contentProblem(folder);
    if (damage !== undefined) return { reason: `the native engine is damaged: in ${folder}, ${damage}`, hint: ' To install it again: gradalign engine verify' };
  }
  return loadTensorflow(status, options);
}

/** Where an older version of this package installed the libraries, this one adds the binding (90 kB) that it ships. */
async function withOwnBinding(status: EngineStatus): Promise<EngineStatus> {
  if (status.state !== 'no-binding') return status;
  const id = bindingId();
  const prebuilt = id === undefined ? undefined : prebuiltBinding(id);
  if (id === undefined || prebuilt === undefined) return status;
  try {
    const binding = await placeBinding(status.dir, id, async (folder) => copyBinding(prebuilt, folder));
    return { variant: status.variant, state: 'ready', dir: status.dir, pinned: status.pinned, binding };
  } catch {
    return status; // the cache is read-only
  }
}
