import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const { ENOSPC, EIO, EDQUOT, EROFS } = constants.errno;
/** Errors that a write can meet, with what a message must say of each. */
export const writeErrors = {
  ENOSPC: { errno: ENOSPC, words: /disk .*is full/ },
  EIO: { errno: EIO, words: /input\/output error/ },
  EDQUOT: { errno: EDQUOT, words: /quota/ },
  EROFS: { errno: EROFS, words: /read-only/ },
} as const;

/** Those that the series inject: the order belongs to the numbers of their cases. */
export const injectedErrors = ['ENOSPC', 'EIO', 'EDQUOT'] as const satisfies readonly (keyof typeof writeErrors)[];

/** Where a process is stopped in its writing. */
export interface WriteStop {
  /** Only writes below this folder count. */
  readonly under: string;
  /** Number of the write, sync, rename, new folder or new file, from 1. */
  readonly at: number;
  /** Absent: the process is killed there, half-way through a write. */
  readonly error?: keyof typeof writeErrors;
  /** All from there on fail. */
  readonly always?: boolean;
}

/** Builds the library that stops writes into the work folder; false where there is no C compiler or the system has no LD_PRELOAD. */
export function buildWriteStops(work: string): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const source = fileURLToPath(new URL('fail-writes.c', import.meta.url));
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', libraryIn(work), source, '-ldl'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

/** Whether writes can be stopped here. */
export function stopsWrites(work: string): boolean {
  return existsSync(libraryIn(work));
}

/** The environment of a process that is stopped there. */
export function stopAt(work: string, { under, at, error, always = false }: WriteStop): NodeJS.ProcessEnv {
  return {
    LD_PRELOAD: libraryIn(work),
    FAIL_UNDER: under,
    FAIL_AT: String(at),
    ...(error === undefined ? { FAIL_KILL: '1', FAIL_ERRNO: '0' } : { FAIL_ERRNO: String(writeErrors[error].errno) }),
    ...(always ? { FAIL_ALWAYS: '1' } : {}),
  };
}

/** Lets writes of this process, which has the library, fail while a body runs. */
export async function withStop<T>(work: string, run: number, stop: WriteStop, body: () => Promise<T>): Promise<T> {
  const env: NodeJS.ProcessEnv = { ...stopAt(work, stop), FAIL_RUN: String(run) };
  delete env['LD_PRELOAD'];
  Object.assign(process.env, env);
  try {
    return await body();
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
}

/** The environment of a process that {@link withStop} is called in. */
export function preloaded(work: string): NodeJS.ProcessEnv {
  return stopsWrites(work) ? { LD_PRELOAD: libraryIn(work) } : {};
}

function libraryIn(work: string): string {
  return join(work, 'fail-writes.so');
}
