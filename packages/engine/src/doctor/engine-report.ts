import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { release, totalmem } from 'node:os';
import { join } from 'node:path';
import { version_core } from '@tensorflow/tfjs-core';
import { bindingId, findCompiler, prebuiltBinding } from '../binding.ts';
import { cacheFolder } from '../cache-folder.ts';
import { readEngineLock, type Variant } from '../engine-lock.ts';
import { folderSize, listEngines } from '../install/engine-folders.ts';
import { publicAddress } from '../install/http-get.ts';
import { pythonWithPip } from '../install/pip-download.ts';
import { readPipSettings } from '../install/pip-settings.ts';
import { type EngineLocation, type EngineStatus, engineStatus, hasNvidiaDevice, preferredEngine } from '../installed-engine.ts';
import { type CpuFeatures, cpuFeatures } from '../load/cpu-features.ts';
import { engineVariables } from '../load/engine-environment.ts';
import { chosenEngine } from '../load/load-engine.ts';
import { usableThreads } from '../load/usable-threads.ts';
import { glibcVersion, machineProblem } from '../machine.ts';
import { packageFolder } from '../package-folder.ts';
import { engineAdvice } from './engine-advice.ts';
import { type EngineSpeed, engineSpeed } from './engine-speed.ts';

/** What `gradalign engine doctor` finds. Plain data. */
export interface EngineReport {
  /** What `loadEngine()` would take here, and why. */
  readonly used: { readonly engine: 'tensorflow' | 'wasm'; readonly variant?: Variant; readonly reason: string };
  /** Measured with that engine; a problem where it does not run, absent where nothing was measured. */
  readonly speed?: EngineSpeed | { readonly problem: string };
  readonly engines: readonly {
    readonly variant: Variant;
    readonly state: EngineStatus['state'];
    readonly dir?: string;
    readonly bytes?: number;
    readonly problem?: string;
  }[];
  readonly machine: {
    readonly platform: string;
    readonly system: string;
    readonly glibc?: string;
    readonly cpu: CpuFeatures;
    /** Processors that this process may use. */
    readonly threads: number;
    /** bytes */
    readonly memory: number;
    readonly nvidia: { readonly device: boolean; readonly driver?: string };
    /** Why no native engine can run here. */
    readonly problem?: string;
  };
  readonly versions: { readonly engine: string; readonly tensorflow: string; readonly tfjsCore: string; readonly node: string };
  readonly cache: {
    readonly folder: string;
    /** bytes */
    readonly free?: number;
    /** Engines of other versions. */
    readonly others: readonly { readonly name: string; readonly bytes: number }[];
  };
  /** What an installation could make use of. */
  readonly tools: {
    readonly binding: 'prebuilt' | 'to be compiled' | 'none';
    readonly compiler?: string;
    readonly python?: string;
    readonly indexes: readonly string[];
  };
  /** Variables that change what the engine does, where they are set. */
  readonly variables: Readonly<Record<string, string>>;
  /** What to do, one sentence a thing; empty where nothing is missing. */
  readonly advice: readonly string[];
}

export interface EngineReportOptions extends EngineLocation {
  /** Whether to measure; true by default. */
  readonly speed?: boolean;
  readonly signal?: AbortSignal;
}

/** Looks at everything the engine depends on and changes nothing. About two seconds. */
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
    used: fails ? { engine: 'wasm', reason: 'the native engine is installed and does not run' } : chosen,
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

/** The decision of `loadEngine()`, without loading. */
function whatIsUsed(location: EngineLocation): EngineReport['used'] {
  const choice = chosenEngine();
  if (choice === 'wasm') return { engine: 'wasm', reason: 'GRADALIGN_ENGINE asks for it' };
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
