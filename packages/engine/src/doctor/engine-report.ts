import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { release, totalmem } from 'node:os';
import { join } from 'node:path';
import { version_core } from '@tensorflow/tfjs-core';
import { cacheFolder } from '../files/cache-folder.ts';
import { packageFolder } from '../files/package-folder.ts';
import { findCompiler } from '../install/compile-binding.ts';
import { publicAddress } from '../install/http-get.ts';
import { pythonWithPip } from '../install/pip-download.ts';
import { readPipSettings } from '../install/pip-settings.ts';
import { bindingId, prebuiltBinding } from '../installed/binding.ts';
import { folderSize, listEngines } from '../installed/engine-folders.ts';
import { readEngineLock } from '../installed/engine-lock.ts';
import { type EngineLocation, type EngineStatus, engineStatus, hasNvidiaDevice, preferredEngine } from '../installed/installed-engine.ts';
import { engineVariables } from '../load/engine-environment.ts';
import { chosenEngine } from '../load/load-engine.ts';
import { cpuFeatures } from '../machine/cpu-features.ts';
import { glibcVersion, machineProblem } from '../machine/machine-problem.ts';
import { usableThreads } from '../machine/usable-threads.ts';
import { engineAdvice } from './engine-advice.ts';
import type { EngineReport } from './engine-report-type.ts';
import { engineSpeed } from './engine-speed.ts';

/** Options of {@link engineReport}. */
export interface EngineReportOptions extends EngineLocation {
  /** Whether to measure the engine's speed in a child process, about two seconds; true by default. */
  readonly speed?: boolean;
  /** Stops the measurement; the report then rejects. */
  readonly signal?: AbortSignal;
}

/**
 * Reports everything that the engine depends on, and changes nothing. An engine that does not run is part of the report, not an error.
 *
 * @throws EngineError if GRADALIGN_ENGINE names no engine; the signal's abort error.
 */
export async function engineReport({ speed: measure = true, signal, ...location }: EngineReportOptions = {}): Promise<EngineReport> {
  const folder = location.cache ?? cacheFolder();
  const statuses = (['cpu', 'gpu'] as const).map((variant) => engineStatus(variant, location));
  const chosen = whatIsUsed(location);
  const speed = measure ? await engineSpeed(chosen.engine, signal).catch((error: Error) => ({ problem: error.message })) : undefined;
  signal?.throwIfAborted();
  const fails = speed !== undefined && 'problem' in speed && chosen.engine === 'tensorflow';
  const own = statuses.flatMap((status) => ('dir' in status ? [status.dir] : []));
  const glibc = glibcVersion();
  const problem = machineProblem();
  const [compiler, python] = await Promise.all([findCompiler(), pythonWithPip()]);
  const driver = nvidiaDriver();
  const found = {
    used: fails ? { engine: 'wasm', reason: 'the native engine is installed but does not run' } : chosen,
    ...(speed !== undefined && { speed }),
    engines: statuses.map(describe),
    machine: {
      platform: `${process.platform}-${process.arch}`,
      system: release(),
      ...(glibc !== undefined && { glibc }),
      cpu: cpuFeatures(),
      threads: usableThreads(),
      memory: totalmem(),
      nvidia: { device: hasNvidiaDevice(), ...(driver !== undefined && { driver }) },
      ...(problem !== undefined && { problem }),
    },
    versions: { engine: ownVersion(), tensorflow: pinnedVersion(location), tfjsCore: version_core, node: process.versions.node },
    cache: {
      folder,
      ...freeSpace(folder),
      others: listEngines(folder).flatMap((name) => (own.includes(join(folder, name)) ? [] : [{ name, bytes: folderSize(join(folder, name)) }])),
    },
    tools: {
      binding: bindingSource(),
      ...(compiler !== undefined && { compiler }),
      ...(python !== undefined && { python }),
      indexes: [...readPipSettings().indexUrls, ...readPipSettings().findLinks].map(publicAddress),
    },
    variables: engineVariables(),
  } satisfies Omit<EngineReport, 'advice'>;
  return { ...found, advice: engineAdvice(found) };
}

/** What `loadEngine()` would choose, without loading it. */
function whatIsUsed(location: EngineLocation): EngineReport['used'] {
  const choice = chosenEngine();
  if (choice === 'wasm') return { engine: 'wasm', reason: 'GRADALIGN_ENGINE says so' };
  const status = preferredEngine(location);
  if (status.state === 'ready') return { engine: 'tensorflow', variant: status.variant, reason: `it is installed in ${status.dir}` };
  const asked = choice === 'tensorflow' ? '; GRADALIGN_ENGINE=tensorflow makes that an error' : '';
  return { engine: 'wasm', reason: `${machineProblem() ?? status.problem}${asked}` };
}

function describe(status: EngineStatus): EngineReport['engines'][number] {
  const { variant, state } = status;
  if (status.state === 'unsupported') return { variant, state, problem: status.problem };
  const bytes = folderSize(status.dir);
  return { variant, state, dir: status.dir, ...(bytes > 0 && { bytes }), ...('problem' in status && { problem: status.problem }) };
}

function bindingSource(): EngineReport['tools']['binding'] {
  const id = bindingId();
  if (id === undefined) return 'none';
  return prebuiltBinding(id) === undefined ? 'to be compiled' : 'prebuilt';
}

function freeSpace(folder: string): { free?: number } {
  const existing = existsSync(folder) ? folder : join(folder, '..');
  try {
    const { bavail, bsize } = statfsSync(existing);
    return { free: bavail * bsize };
  } catch {
    return {};
  }
}

function nvidiaDriver(): string | undefined {
  try {
    return /Module\D*(\d+\.\d+(?:\.\d+)?)/.exec(readFileSync('/proc/driver/nvidia/version', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

function ownVersion(): string {
  return (JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string }).version;
}

function pinnedVersion({ lock = readEngineLock() }: EngineLocation): string {
  return [...new Set(Object.values(lock.engines).map(({ tensorflow }) => tensorflow))].join(', ');
}
