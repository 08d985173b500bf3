import { UserError } from '@gradalign/core/settings';
import { forkModule } from '@gradalign/engine/processes';
import type { JudgeAnswer, JudgeSettings, MediaKind } from './judge-messages.ts';

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
  const { child, lastWords, close } = forkModule(new URL('judge-child', import.meta.url));
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
    throw new Error(`Cannot start a judging process: ${error.message}${lastWords()}, expected it to load the model`, { cause: error });
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
    close: () => close(ended),
  };
}
