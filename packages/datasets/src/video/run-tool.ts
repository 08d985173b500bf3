import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface RunningTool {
  readonly stdout: Readable;
  /** Exit code and the end of stderr, once it has ended. A tool that cannot be started has code -1. */
  readonly ended: Promise<{ readonly code: number; readonly said: string }>;
  kill(): void;
}

/** Characters of stderr that are kept. */
const kept = 20_000;

/** Starts ffmpeg or ffprobe in a process group of its own: Ctrl-C reaches it only through us, so that its clip is not reported as broken. */
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

/** The most informative lines: the last ones, without ffmpeg's address prefix and the file's name. */
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
