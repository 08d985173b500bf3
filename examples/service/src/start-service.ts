import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { cannot, UserError } from '@gradalign/core/settings';
import { findFfmpeg } from '@gradalign/datasets/clips';
import { goldenName } from '@gradalign/model-format';
import { announceStop, buildServer } from './build-server.ts';
import { startJudgePool } from './judge-pool.ts';
import type { Settings } from './settings.ts';

/** A service that listens. */
export interface Service {
  readonly address: AddressInfo;
  /** No connection is accepted any more; requests have `seconds.stop` to end. Then everything of it is gone. */
  stop(): Promise<void>;
}

/**
 * Loads the model in every process, has it pass its self test, and listens.
 *
 * @param warn called with what does not keep it from starting
 * @throws UserError where the model cannot be used, or the address cannot be listened on
 */
export async function startService(settings: Settings, warn: (message: string) => void): Promise<Service> {
  const { model, golden = goldenName(model), seconds, host, port } = settings;
  for (const [path, expected] of [
    [model, 'an ONNX file that gradalign export wrote'],
    [golden, 'the golden.json that was exported with the model (golden: <path>)'],
  ] as const)
    if (!existsSync(path)) throw cannot('start', `there is no ${path}`, expected, { exitCode: 2 });
  const clips = hasFfmpeg(warn);
  const { runtime, cropped, frames, limits, refuse, processes, queue } = settings;
  const judging = { model, golden, runtime, cropped, clips, frames, limits, refuse: withoutAbsent(refuse), seconds: seconds.judge };
  let report = warn;
  const pool = await startJudgePool(judging, { processes, queue, startSeconds: seconds.start, onFault: (message) => report(message) });
  const app = buildServer(pool, settings);
  report = (message) => app.log.error({ message }, 'fault');
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await pool.close(0);
    throw unable(cause as NodeJS.ErrnoException, settings);
  }
  return {
    address: app.server.address() as AddressInfo,
    async stop() {
      announceStop(app);
      const closed = app.close();
      await Promise.race([closed, wait(1000 * seconds.stop, undefined, { ref: false })]);
      await pool.close(0);
      // Answers of requests that were cut off are on their way.
      await Promise.race([closed, wait(500, undefined, { ref: false })]);
      app.server.closeAllConnections();
      await closed;
    },
  };
}

function hasFfmpeg(warn: (message: string) => void): boolean {
  try {
    findFfmpeg();
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    warn(`${error.message}; clips are refused`);
    return false;
  }
}

function withoutAbsent<T extends object>(values: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]: NonNullable<T[K]> };
}

function unable({ code, message }: NodeJS.ErrnoException, { host, port }: Settings): UserError {
  const what = `listen on ${host}:${port}`;
  if (code === 'EADDRINUSE') return cannot(what, 'another program listens there', 'a port that is free');
  if (code === 'EACCES') return cannot(what, 'that is not permitted', 'a port from 1024 on', { exitCode: 2 });
  return cannot(what, message, 'an address of this machine', { exitCode: 2 });
}
