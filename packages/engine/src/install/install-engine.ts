import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EngineError } from '../contracts/engine-error.ts';
import { cacheFolder } from '../installed/cache-folder.ts';
import type { EngineLock, PinnedEngine, Variant } from '../installed/engine-lock.ts';
import { readManifest, writeManifest } from '../installed/file-manifest.ts';
import { type EngineStatus, engineStatus, hasNvidiaDevice } from '../installed/installed-engine.ts';
import { placeBinding } from '../installed/place-binding.ts';
import { machineProblem } from '../machine/machine-problem.ts';
import { getWheel, requireWheels } from './get-wheel.ts';
import { type BeginPhase, type InstallProgress, installProgress } from './install-progress.ts';
import { type InstallSteps, realInstallSteps } from './install-steps.ts';
import { lockCache } from './lock-cache.ts';
import { unpackWheel } from './unpack-wheel.ts';

export interface InstallEngineOptions {
  /** `cpu` by default. */
  readonly variant?: Variant;
  /** Folder with the wheels, for a machine without a network. */
  readonly wheels?: string;
  readonly progress?: (progress: InstallProgress) => void;
  /** Told of waiting, interruptions, repairs. */
  readonly notice?: (message: string) => void;
  readonly signal?: AbortSignal;
  readonly lock?: EngineLock;
  readonly cache?: string;
  /** How the binding is made and the result tried: the real ways by default. */
  readonly steps?: InstallSteps;
}

export interface InstallResult {
  readonly variant: Variant;
  readonly dir: string;
  /** What was done: everything, the binding alone, or nothing because all was there. */
  readonly done: 'installed' | 'added-binding' | 'nothing';
  /** For a reader. */
  readonly summary: string;
}

/**
 * Installs the pinned native engine into the user's cache, unless it is there: fetches the wheels, checks their digests,
 * unpacks the libraries, adds the binding, tries a convolution in a child process, and renames the finished folder into
 * place. Whatever ends it before that rename leaves nothing that counts as installed; the next call clears up. Processes
 * that install at the same time take turns.
 *
 * @throws EngineError that says what to do.
 */
export async function installEngine(options: InstallEngineOptions = {}): Promise<InstallResult> {
  const { variant = 'cpu', cache = cacheFolder(), notice = () => {}, signal } = options;
  const began = performance.now();
  const problem = machineProblem();
  if (problem !== undefined)
    throw new EngineError(`Cannot install the native engine: ${problem}, expected another machine. The wasm engine works here and needs no installation.`);
  const location = { lock: options.lock, cache };
  const status = requirePinned(engineStatus(variant, location));
  if (status.state === 'ready') return result(status, 'nothing', began);
  if (options.wheels !== undefined && status.state !== 'no-binding') requireWheels(options.wheels, status.pinned.wheels);
  if (variant === 'gpu' && !hasNvidiaDevice())
    notice('This machine shows no NVIDIA device (/dev/nvidiactl, /dev/dxg): the GPU engine is installed, and used where there is one.');
  const steps = options.steps ?? (await realInstallSteps());
  const begin = installProgress(options.progress);
  try {
    mkdirSync(cache, { recursive: true });
    using _ = await lockCache(cache, notice, signal);
    clearLeftovers(cache, status.dir, notice);
    const now = requirePinned(engineStatus(variant, location));
    if (now.state === 'ready') return result(now, 'nothing', began);
    if (now.state === 'no-binding') await addBinding(now.dir, steps, begin, signal);
    else await installAll(now, cache, steps, begin, notice, options);
    return result(now, now.state === 'no-binding' ? 'added-binding' : 'installed', began);
  } catch (error) {
    throw explained(error, cache, signal);
  }
}

type Pinned = Exclude<EngineStatus, { state: 'unsupported' }>;

function requirePinned(status: EngineStatus): Pinned {
  if (status.state !== 'unsupported') return status;
  throw new EngineError(
    `Cannot install the native engine: ${status.problem}, expected a pinned platform. The wasm engine works here and needs no installation.`,
  );
}

async function installAll(
  status: Pinned,
  cache: string,
  steps: InstallSteps,
  begin: BeginPhase,
  notice: (message: string) => void,
  { wheels, signal }: InstallEngineOptions,
): Promise<void> {
  requireSpace(cache, status.pinned);
  const staging = join(cache, `.staging-${process.pid}`);
  const engine = join(staging, 'engine');
  mkdirSync(engine, { recursive: true });
  try {
    const files = [];
    for (const pinned of status.pinned.wheels) {
      const fetched = join(staging, 'fetched'); // one wheel at a time: so much less of the disk is needed
      mkdirSync(fetched);
      const wheel = await getWheel(pinned, { wheels, staging: fetched, downloads: join(cache, 'downloads'), begin, notice, signal });
      files.push(...(await unpackWheel(wheel.file, pinned, engine, begin, signal)));
      wheel.discard();
      rmSync(fetched, { recursive: true });
    }
    writeManifest(engine, files);
    await addBinding(engine, steps, begin, signal);
    if (existsSync(status.dir)) {
      notice(`Replacing what is in ${status.dir}, because ${'problem' in status ? status.problem : 'it is not complete'}.`);
      renameSync(status.dir, join(staging, 'replaced'));
    }
    renameSync(engine, status.dir);
  } finally {
    rmSync(staging, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Makes the binding beside the engine's libraries and tries both together. */
async function addBinding(dir: string, steps: InstallSteps, begin: BeginPhase, signal: AbortSignal | undefined): Promise<void> {
  await placeBinding(dir, steps.bindingId, async (binding) => {
    await steps.provideBinding(binding, join(dir, 'tensorflow', 'include'), begin, signal);
    const report = begin('test', 'the engine', 1);
    await steps.test({ dir, binding }, signal);
    report(1);
  });
}

/** Whoever holds the lock is the only one that installs: every staging folder was left by a process that died. */
function clearLeftovers(cache: string, dir: string, notice: (message: string) => void): void {
  for (const folder of [cache, dir]) {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      if (!name.startsWith('.staging-')) continue;
      notice(`Removing ${join(folder, name)}, left by an installation that was stopped.`);
      rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 }); // pip may outlive the process that called it by a moment
    }
  }
}

/** Libraries unpack to 3.4 times their wheel at most; the wheel itself is there as well until it is unpacked. */
function requireSpace(cache: string, { wheels }: PinnedEngine): void {
  const needed = Math.max(...wheels.map(({ size }) => size)) + wheels.reduce((sum, { size }) => sum + 3.4 * size, 0);
  const { bavail, bsize } = statfsSync(cache);
  const free = bavail * bsize;
  if (free >= needed) return;
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
  throw new EngineError(
    `Cannot install the native engine: ${gigabytes(free)} GB are free for ${cache}, expected ${gigabytes(needed)} GB. Make room, or name another folder by GRADALIGN_CACHE.`,
  );
}

function result({ variant, dir }: Pinned, done: InstallResult['done'], began: number): InstallResult {
  const size = (readManifest(dir)?.files ?? []).reduce((sum, file) => sum + file.size, 0);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const did = {
    nothing: 'The engine is installed',
    'added-binding': `Added this version's binding in ${seconds} s to the engine`,
    installed: `Installed the engine in ${seconds} s`,
  };
  return { variant, dir, done, summary: `${did[done]}: ${dir} (${(size / 1e6).toFixed(0)} MB)` };
}

function explained(error: unknown, cache: string, signal: AbortSignal | undefined): unknown {
  if (error instanceof EngineError) return error;
  if (signal?.aborted)
    return new EngineError('Cannot finish the installation: it was stopped, expected to run to its end. Nothing half done counts as installed; run it again.', {
      cause: error,
    });
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC')
    return new EngineError(`Cannot install the native engine: the disk of ${cache} is full, expected more room. GRADALIGN_CACHE names another folder.`, {
      cause: error,
    });
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return new EngineError(
      `Cannot install the native engine: ${dirname(cache)} does not let us write (${message}), expected a folder of one's own. GRADALIGN_CACHE names another.`,
      { cause: error },
    );
  }
  return new EngineError(`Cannot install the native engine: ${message}, expected every step to succeed. Run: gradalign engine doctor`, { cause: error });
}
