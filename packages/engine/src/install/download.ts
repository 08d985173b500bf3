import { createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { httpGet } from './http-get.ts';

export interface DownloadOptions {
  /** Size of the whole file, bytes. */
  readonly size: number;
  /** File with additional certificate authorities. */
  readonly cert?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Receives the number of bytes so far. */
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Called before each further attempt. */
  readonly onInterruption?: (why: string) => void;
}

const attempts = 6;

/**
 * Downloads `url` to `target`. What arrives is kept in `<target>.part`: after a broken connection or a stopped process only
 * the rest is requested, if the server supports ranges.
 */
export async function download(url: string, target: string, { size, cert, signal, onProgress, onInterruption }: DownloadOptions): Promise<void> {
  const part = `${target}.part`;
  for (let attempt = 1; ; attempt++) {
    try {
      const have = sizeOf(part);
      if (have < size) await fetchRest(url, part, have, { cert, signal, onProgress });
      const got = sizeOf(part);
      if (got === size) break;
      if (got > size) rmSync(part);
      throw new Error(`received ${got} bytes, expected ${size}`);
    } catch (error) {
      if (signal?.aborted || attempt === attempts || error instanceof Refusal) throw error;
      onInterruption?.((error as Error).message);
      await sleep(100 * 3 ** attempt, undefined, signal === undefined ? {} : { signal });
    }
  }
  renameSync(part, target);
}

/** An answer that will be the same next time. */
class Refusal extends Error {}

async function fetchRest(
  url: string,
  part: string,
  have: number,
  { cert, signal, onProgress }: Pick<DownloadOptions, 'cert' | 'signal' | 'onProgress'>,
): Promise<void> {
  const response = await httpGet(url, { headers: have === 0 ? {} : { range: `bytes=${have}-` }, cert, signal });
  const status = response.statusCode ?? 0;
  if (status !== 200 && status !== 206) {
    response.resume();
    if (status === 416) rmSync(part);
    if (status >= 400 && status < 500 && status !== 408 && status !== 416 && status !== 429) throw new Refusal(`the server answered ${status}`);
    throw new Error(`the server answered ${status}`);
  }
  let done = status === 206 ? have : 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, pass) {
      done += chunk.length;
      onProgress?.(done);
      pass(null, chunk);
    },
  });
  await pipeline([response, count, createWriteStream(part, { flags: status === 206 ? 'a' : 'w' })], signal === undefined ? {} : { signal });
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
