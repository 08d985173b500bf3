import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface RunningTool {
  readonly stdout: Readable;
  /** Code and last words, once it has ended. A tool that cannot be started has code -1. */
  readonly ended: Promise<{ readonly code: number; readonly said: string }>;
  kill(): void;
}

/** As much of what a tool says as is kept. */
const kept = 20_000;

/** Starts ffmpeg or ffprobe. It is its own process group: a Ctrl-C reaches it through us, after its clip is known not to be broken. */
export function runTool(program: string, args: readonly string[], signal?: AbortSignal): RunningTool {
  signal?.throwIfAborted();
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, windowsHide: true });
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-kept);
  });
  const ended = new Promise<{ code: number; said: string }>((resolve) => {
    child.on('error', (error) => resolve({ code: -1, said: error.message }));
    child.on('close', (code, killedBy) => resolve({ code: code ?? -1, said: killedBy === null ? said : `${said}\nended by ${killedBy}` }));
  }).finally(() => signal?.removeEventListener('abort', kill));
  return { stdout: child.stdout, ended, kill };
}

/** The line that says most: the last one, without the address that ffmpeg puts before it and the file's name. */
export function lastWords(said: string, path: string): string {
  const lines = said
    .split('\n')
    .map((line) =>
      line
        .replaceAll(`file:${path}`, '')
        .replace(/^\[[^\]]*\]\s*/, '')
        .replace(/^:\s*/, '')
        .trim(),
    )
    .filter((line) => line !== '');
  return [...new Set(lines.slice(-2))].join('; ');
}
