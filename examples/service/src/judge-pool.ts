import { setTimeout as wait } from 'node:timers/promises';
import type { JudgeAnswer, JudgeSettings, MediaKind, Verdict } from './judge-messages.ts';
import { JudgeEndedError, type JudgeProcess, startJudgeProcess } from './judge-process.ts';
import { busy, ProblemError } from './problem.ts';

/** Seconds beyond its own limit after which a process is killed. */
const grace = 2;
/** Seconds between attempts to replace a process that does not start. */
const longestPause = 30;

/** Processes that judge, and requests that wait for one. */
export interface JudgePool extends Pick<JudgeProcess, 'ready'> {
  /** @throws ProblemError where there is no verdict; `busy` where the queue is full */
  judge(kind: MediaKind, bytes: Uint8Array, signal: AbortSignal): Promise<Verdict>;
  /** Processes that are ready or at work. */
  readonly alive: number;
  readonly working: number;
  readonly waiting: number;
  readonly isFull: boolean;
  /** Seconds until a place is free, as far as can be told. */
  readonly pause: number;
  /** Processes that were replaced since the start. */
  readonly replaced: number;
  /** Resident memory of the processes after their last answer, in bytes; without that of detectors. */
  readonly residentBytes: number;
  /** No request is taken any more; those that are there have so many seconds to end. Then all processes end. */
  close(seconds: number): Promise<void>;
}

interface Waiting {
  readonly kind: MediaKind;
  readonly bytes: Uint8Array;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (error: ProblemError) => void;
}

interface JudgePoolOptions {
  readonly processes: number;
  /** Requests that may wait. */
  readonly queue: number;
  readonly startSeconds: number;
  /** Called with what went wrong in a process that is not the fault of a request. */
  readonly onFault: (message: string) => void;
}

/**
 * Starts the processes: the first alone, since the others would fail as it does.
 *
 * @throws UserError where the model cannot be used
 */
export async function startJudgePool(settings: JudgeSettings, { processes, queue, startSeconds, onFault }: JudgePoolOptions): Promise<JudgePool> {
  const first = await startJudgeProcess(settings, startSeconds);
  const others = await Promise.allSettled(Array.from({ length: processes - 1 }, () => startJudgeProcess(settings, startSeconds)));
  const idle: JudgeProcess[] = [first, ...others.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))];
  const failed = others.find((one) => one.status === 'rejected');
  if (failed) {
    for (const one of idle) one.kill();
    throw failed.reason;
  }
  const working = new Set<JudgeProcess>();
  const memory = new Map<JudgeProcess, number>();
  const waiting: Waiting[] = [];
  const stopped = new AbortController();
  let replaced = 0;
  let meanSeconds = 1;

  const alive = () => idle.length + working.size;
  const isFull = () => alive() === 0 || (idle.length === 0 && waiting.length >= queue);
  const pause = () => (meanSeconds * (waiting.length + 1)) / Math.max(1, alive());

  const next = () => {
    while (idle.length > 0 && waiting.length > 0) void run(idle.pop() as JudgeProcess, waiting.shift() as Waiting);
  };

  const run = async (process: JudgeProcess, { kind, bytes, resolve, reject }: Waiting): Promise<void> => {
    working.add(process);
    const start = performance.now();
    try {
      const answer = await process.judge(kind, bytes, settings.seconds + grace);
      working.delete(process);
      idle.push(process);
      memory.set(process, answer.residentBytes);
      meanSeconds += (performance.now() - start - 1000 * meanSeconds) / 10_000;
      if ('error' in answer) onFault(answer.error);
      if ('verdict' in answer) resolve(answer.verdict);
      else reject(problemOf(answer));
    } catch (error) {
      working.delete(process);
      memory.delete(process);
      process.kill();
      onFault((error as Error).message);
      const late = error instanceof JudgeEndedError && error.isLate;
      if (stopped.signal.aborted) reject(new ProblemError('stopping', 'the service stopped before this was judged, expected a request to another one'));
      else if (late) reject(new ProblemError('takes-too-long', `judging it takes longer than ${settings.seconds} seconds, expected less`));
      else reject(new ProblemError('failed', 'the process that judged it ended unexpectedly'));
      void replace();
    }
    next();
  };

  const replace = async (): Promise<void> => {
    replaced++;
    for (let pause = 1; !stopped.signal.aborted; pause = Math.min(longestPause, 2 * pause)) {
      try {
        const process = await startJudgeProcess(settings, startSeconds);
        if (stopped.signal.aborted) return process.kill();
        idle.push(process);
        watch(process);
        return next();
      } catch (error) {
        onFault((error as Error).message);
        await wait(1000 * pause, undefined, { signal: stopped.signal }).catch(() => {});
      }
    }
  };

  // One that dies while nobody uses it is replaced, too.
  const watch = (process: JudgeProcess) =>
    void process.ended.then(() => {
      const at = idle.indexOf(process);
      if (at < 0 || stopped.signal.aborted) return;
      idle.splice(at, 1);
      memory.delete(process);
      void replace();
    });
  for (const process of idle) watch(process);

  return {
    ready: first.ready,
    async judge(kind, bytes, signal) {
      if (stopped.signal.aborted) throw new ProblemError('stopping', 'the service is stopping, expected a request to another one');
      if (isFull()) throw busy('all processes are at work and the queue is full', pause());
      return new Promise<Verdict>((resolve, reject) => {
        const one = { kind, bytes, resolve, reject };
        waiting.push(one);
        // Nobody waits for the answer any more.
        signal.addEventListener('abort', () => {
          const at = waiting.indexOf(one);
          if (at < 0) return;
          waiting.splice(at, 1);
          reject(new ProblemError('malformed-request', 'the connection was closed'));
        });
        next();
      });
    },
    get alive() {
      return alive();
    },
    get working() {
      return working.size;
    },
    get waiting() {
      return waiting.length;
    },
    get isFull() {
      return isFull();
    },
    get pause() {
      return pause();
    },
    get replaced() {
      return replaced;
    },
    get residentBytes() {
      return [...memory.values()].reduce((sum, bytes) => sum + bytes, 0);
    },
    async close(seconds) {
      const end = performance.now() + 1000 * seconds;
      while (working.size + waiting.length > 0 && performance.now() < end) await wait(20);
      stopped.abort();
      for (const { reject } of waiting.splice(0))
        reject(new ProblemError('stopping', 'the service stopped before this was judged, expected a request to another one'));
      for (const process of working) process.kill();
      await Promise.all(idle.splice(0).map((process) => process.close()));
    },
  };
}

function problemOf(answer: Exclude<JudgeAnswer, { readonly ready: unknown } | { readonly failed: unknown } | { readonly verdict: unknown }>): ProblemError {
  if ('error' in answer) return new ProblemError('failed', 'it could not be judged because of a fault of the service');
  const { kind, detail, judgment } = answer.refusal;
  return new ProblemError(kind, detail, { more: judgment ?? {} });
}
