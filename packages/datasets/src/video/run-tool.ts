import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A running ffmpeg or ffprobe. */
export interface RunningTool {
  readonly stdout: Readable;
  /** Exit code and the end of stderr, once it has ended. A tool that cannot be started has code -1. */
  readonly ended: Promise<{ readonly code: number; readonly said: string }>;
  /** True once it was killed because it gave nothing for too long. */
  readonly stalled: boolean;
  kill(): void;
}

/** How to run a tool. */
export interface RunToolOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of stderr; those for which it returns true are not kept. */
  readonly onLine?: (line: string) => boolean;
}

/** Characters of stderr that are kept. */
const kept = 20_000;
/** A tool that says nothing for so long, while somebody waits for it, is killed. In milliseconds. */
export const stallLimit = 60_000;
/** How often that is looked at. In milliseconds. */
const tick = 1000;

/**
 * Starts ffmpeg or ffprobe in a process group of its own: Ctrl-C reaches it only through us, so that its clip is not reported as broken. It is killed
 * where it gives nothing for a minute; the time that its output waits to be read does not count.
 */
export function runTool(program: string, args: readonly string[], { signal, onLine }: RunToolOptions = {}): RunningTool {
  signal?.throwIfAborted();
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, windowsHide: true });
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  let stalled = false;
  // Not by the clock, which goes on while this process is suspended.
  let silent = 0;
  const alive = () => {
    silent = 0;
  };
  const watch = setInterval(() => {
    // Output that nobody takes is no stall.
    if (child.stdout.readableLength > 0) alive();
    silent += tick;
    if (silent < stallLimit) return;
    stalled = true;
    kill();
  }, tick);
  child.stdout.on('readable', alive);
  let said = '';
  let begun = '';
  const take = (text: string) => {
    alive();
    if (!onLine) {
      said = (said + text).slice(-kept);
      return;
    }
    const lines = (begun + text).split('\n');
    begun = lines.pop() ?? '';
    for (const line of lines) if (!onLine(line)) said = `${said}${line}\n`.slice(-kept);
  };
  child.stderr.setEncoding('utf8').on('data', take);
  const ended = new Promise<{ code: number; said: string }>((resolve) => {
    child.on('error', (error) => resolve({ code: -1, said: error.message }));
    child.on('close', (code, killedBy) => {
      if (begun !== '') take('\n');
      resolve({ code: code ?? -1, said: killedBy === null ? said : `${said}\nended by ${killedBy}` });
    });
  }).finally(() => signal?.removeEventListener('abort', kill));
  child.on('exit', () => clearInterval(watch)).on('error', () => clearInterval(watch));
  return {
    stdout: child.stdout,
    ended,
    get stalled() {
      return stalled;
    },
    kill() {
      kill();
      // Nobody reads on: it closes only so.
      child.stdout.destroy();
    },
  };
}

/** The most informative lines: the last ones, without ffmpeg's address prefix and the file's name. */
export function lastWords(said: string, path: string): string {
  const lines = said
    .split('\n')
    .map((line) =>
      line
        .replaceAll(`file:${path}`, '')
        .replace(/^(\[[^\]]*\]\s*)+/, '')
        .replace(/^:\s*/, '')
        .trim(),
    )
    .filter((line) => line !== '');
  return [...new Set(lines.slice(-2))].join('; ');
}
