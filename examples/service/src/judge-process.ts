import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UserError } from '@gradalign/core/settings';
import type { JudgeAnswer, JudgeSettings, MediaKind } from './judge-messages.ts';

/** Milliseconds that a process has to exit by itself. */
const exitTimeout = 3_000;
/** Characters of stderr that are kept. */
const kept = 2_000;

/** The process ended before it answered. */
export class JudgeEndedError extends Error {
  /** It was killed because it took too long. */
  readonly isLate: boolean;
  constructor(message: string, isLate: boolean) {
    super(message);
    this.isLate = isLate;
  }
}

/** A process that has loaded the model. */
export interface JudgeProcess extends Extract<JudgeAnswer, { readonly ready: unknown }> {
  readonly pid: number;
  /** One at a time. @throws JudgeEndedError where the process ends, or takes longer than `seconds` and is killed */
  judge(kind: MediaKind, bytes: Uint8Array, seconds: number): Promise<Exclude<JudgeAnswer, { readonly ready: unknown } | { readonly failed: unknown }>>;
  readonly ended: Promise<void>;
  kill(): void;
  /** Waits until it has gone. */
  close(): Promise<void>;
}

/**
 * Starts a process and waits until it has loaded the model and passed the self test.
 *
 * @throws UserError where the model cannot be used; Error where the process fails otherwise
 */
export async function startJudgeProcess(settings: JudgeSettings, seconds: number): Promise<JudgeProcess> {
  const child = forkChild();
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-kept);
  });
  let waiting: { resolve(answer: JudgeAnswer): void; reject(error: Error): void } | undefined;
  let why: string | undefined;
  const ended = new Promise<void>((resolve) => {
    const end = (reason: string) => {
      why ??= reason;
      waiting?.reject(new JudgeEndedError(why, false));
      resolve();
    };
    child.on('error', (error) => end(error.message));
    child.on('exit', (code, signal) => end(`it ended by ${signal ?? `code ${code}`}`));
  });
  child.on('message', (answer: JudgeAnswer) => waiting?.resolve(answer));

  const answerTo = (message: object, limit: number): Promise<JudgeAnswer> =>
    new Promise<JudgeAnswer>((resolve, reject) => {
      if (why !== undefined) return reject(new JudgeEndedError(why, false));
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        settle(() => reject(new JudgeEndedError(`it took longer than ${limit} seconds`, true)));
      }, 1000 * limit);
      const settle = (done: () => void) => {
        clearTimeout(timer);
        waiting = undefined;
        done();
      };
      waiting = { resolve: (answer) => settle(() => resolve(answer)), reject: (error) => settle(() => reject(error)) };
      // A broken pipe is reported as the end of the process.
      child.send(message, () => {});
    });

  const first = await answerTo(settings, seconds).catch((error: Error) => {
    child.kill('SIGKILL');
    throw new Error(`Cannot start a judging process: ${error.message}${lastLine(said)}, expected it to load the model`, { cause: error });
  });
  if (!('ready' in first)) {
    child.kill('SIGKILL');
    const { message, isBug } = 'failed' in first ? first.failed : { message: 'a judging process sent an unknown answer', isBug: true };
    throw isBug ? new Error(message) : new UserError(message);
  }
  let ids = 0;
  return {
    ready: first.ready,
    pid: child.pid ?? 0,
    ended,
    async judge(kind, bytes, limit) {
      const answer = await answerTo({ id: ids++, kind, bytes }, limit);
      if ('id' in answer) return answer;
      throw new JudgeEndedError('it sent an unknown answer', false);
    },
    kill: () => void child.kill('SIGKILL'),
    async close() {
      if (child.connected) child.disconnect();
      const kill = setTimeout(() => child.kill('SIGKILL'), exitTimeout);
      await ended;
      clearTimeout(kill);
    },
  };
}

/** Runs from source if this process does. */
function forkChild(): ChildProcess {
  const fromSource = import.meta.url.endsWith('.ts');
  const tsx = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return fork(fileURLToPath(new URL(`judge-child${fromSource ? '.ts' : '.js'}`, import.meta.url)), [], {
    execArgv: fromSource ? ['--conditions=@gradalign/source', '--import', tsx()] : [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

function lastLine(output: string): string {
  const line = output.trim().split('\n').pop();
  return line ? ` (${line})` : '';
}
