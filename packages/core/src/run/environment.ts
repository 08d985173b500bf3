import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, hostname, platform, release, totalmem } from 'node:os';
import type { Engine } from '@gradalign/engine';
import { imageDecoders } from '../images/image-decoders.ts';

/** What a run records about where it ran: two runs with equal experiments and environments give equal numbers. Plain JSON. */
export async function describeEnvironment(engine: Engine): Promise<Record<string, unknown>> {
  return {
    time: new Date().toISOString(),
    gradalign: ownVersion(),
    node: process.version,
    platform: `${platform()} ${release()} ${arch()}`,
    machine: { host: hostname(), cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) },
    engine: { name: engine.name, version: engine.version, gpu: engine.gpu, threads: engine.threads, ...engine.environment },
    images: await imageDecoders(),
    git: gitRevision(),
    command: process.argv.slice(2),
  };
}

let version: string | undefined;

/** The version of this package. */
export function ownVersion(): string {
  version ??= (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
  return version;
}

/** Revision of the working folder, with `-dirty` if tracked files have changed; undefined outside a repository or without git. */
function gitRevision(): string | undefined {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return `${git('rev-parse', 'HEAD')}${git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '-dirty'}`;
  } catch {
    return undefined;
  }
}
