import { existsSync, mkdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EngineError } from '../contracts/engine-error.ts';
import { cacheFolder } from '../files/cache-folder.ts';
import { describeWriteError } from '../files/describe-write-error.ts';
import { makeFolders } from '../files/make-folders.ts';
import type { EngineLock, PinnedEngine, Variant } from '../installed/engine-lock.ts';
import { readManifest, writeManifest } from '../installed/file-manifest.ts';
import { type EngineStatus, engineStatus, hasNvidiaDevice } from '../installed/installed-engine.ts';
import { placeBinding } from '../installed/place-binding.ts';
import { machineProblem } from '../machine/machine-problem.ts';
import { clearLeftovers } from './clear-leftovers.ts';
import { getWheel, requireWheels } from './get-wheel.ts';
import { type BeginPhase, type InstallProgress, installProgress } from './install-progress.ts';
import { type InstallSteps, realInstallSteps } from './install-steps.ts';
import { lockCache } from './lock-cache.ts';
import { unpackWheel } from './unpack-wheel.ts';

/** Options of {@link installEngine}. */
export interface InstallEngineOptions {
  /** `cpu` by default. */
  readonly variant?: Variant;
  /** Folder that holds the wheels, for a machine without a network. */
  readonly wheels?: string;
  /** Called at most ten times a second. */
  readonly progress?: (progress: InstallProgress) => void;
  /** Receives messages about waiting, interruptions and repairs. */
  readonly notice?: (message: string) => void;
  /** Stops the installation, which then rejects and leaves nothing that counts as installed. */
  readonly signal?: AbortSignal;
  /** The pins; the package's engine.lock.json by default. */
  readonly lock?: EngineLock;
  /** Folder of the engines; `GRADALIGN_CACHE` or the user's cache folder by default. */
  readonly cache?: string;
  /** How to get the binding and test the result; by default the package's binding, or one compiled here, and a convolution. */
  readonly steps?: InstallSteps;
}

/** What {@link installEngine} did. Plain data. */
export interface InstallResult {
  readonly variant: Variant;
  /** Folder of the engine. */
  readonly dir: string;
  /** Everything, the binding alone, or nothing because it was already installed. */
  readonly done: 'installed' | 'added-binding' | 'nothing';
  /** One sentence to display. */
  readonly summary: string;
}

/**
 * Installs the pinned native engine into the user's cache, unless it is already there: downloads the wheels, checks their
 * digests, unpacks the libraries, adds the binding, computes a convolution in a child process, and renames the finished
 * folder into place. Whatever interrupts it before that rename leaves nothing that counts as installed; the next call
 * cleans up. Processes that install at the same time take turns.
 *
 * @throws EngineError that says what to do; also when `signal` stops it.
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
    notice('This machine has no NVIDIA device (/dev/nvidiactl, /dev/dxg): the GPU engine is installed, but only used on a machine that has one.');
  const steps = options.steps ?? (await realInstallSteps());
  const begin = installProgress(options.progress);
  try {
    makeFolders(cache);
    using _ = await lockCache(cache, notice, signal);
    clearLeftovers([cache, status.dir], notice);
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
  makeFolders(engine);
  try {
    const files = [];
    for (const pinned of status.pinned.wheels) {
      const fetched = join(staging, 'fetched'); // one wheel at a time, to need less disk space
      mkdirSync(fetched);
      await using wheel = await getWheel(pinned, { wheels, staging: fetched, downloads: join(cache, 'downloads'), begin, notice, signal });
      files.push(...(await unpackWheel(wheel, pinned, engine, begin, signal)));
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

/** Puts the binding beside the engine's libraries and tests both together. */
async function addBinding(dir: string, steps: InstallSteps, begin: BeginPhase, signal: AbortSignal | undefined): Promise<void> {
  await placeBinding(dir, steps.bindingId, async (binding) => {
    await steps.provideBinding(binding, join(dir, 'tensorflow', 'include'), begin, signal);
    const report = begin('test', 'the engine', 1);
    await steps.test({ dir, binding }, signal);
    report(1);
  });
}

/** Libraries unpack to at most 3.4 times the size of their wheel, which is on the disk too until it is unpacked. */
function requireSpace(cache: string, { wheels }: PinnedEngine): void {
  const needed = Math.max(...wheels.map(({ size }) => size)) + wheels.reduce((sum, { size }) => sum + 3.4 * size, 0);
  const { bavail, bsize } = statfsSync(cache);
  const free = bavail * bsize;
  if (free >= needed) return;
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
  throw new EngineError(
    `Cannot install the native engine: ${gigabytes(free)} GB are free for ${cache}, expected ${gigabytes(needed)} GB. Free some space, or set GRADALIGN_CACHE to another folder.`,
  );
}

function result({ variant, dir }: Pinned, done: InstallResult['done'], began: number): InstallResult {
  const size = (readManifest(dir)?.files ?? []).reduce((sum, file) => sum + file.size, 0);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const did = {
    nothing: 'The engine is already installed',
    'added-binding': `Added this version's binding in ${seconds} s to the engine`,
    installed: `Installed the engine in ${seconds} s`,
  };
  return { variant, dir, done, summary: `${did[done]}: ${dir} (${(size / 1e6).toFixed(0)} MB)` };
}

function explained(error: unknown, cache: string, signal: AbortSignal | undefined): unknown {
  if (error instanceof EngineError) return error;
  if (signal?.aborted)
    return new EngineError(
      'Cannot finish the installation: it was stopped, expected to run to its end. Nothing incomplete counts as installed; run it again.',
      {
        cause: error,
      },
    );
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC')
    return new EngineError(`Cannot install the native engine: the disk of ${cache} is full, expected more space. Set GRADALIGN_CACHE to use another folder.`, {
      cause: error,
    });
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return new EngineError(
      `Cannot install the native engine: ${dirname(cache)} is not writable (${message}), expected a writable folder. Set GRADALIGN_CACHE to use another one.`,
      { cause: error },
    );
  }
  return new EngineError(`Cannot install the native engine: ${describeWriteError(error)}, expected every step to succeed. Run: gradalign engine doctor`, {
    cause: error,
  });
}
