import { join } from 'node:path';
import { cannot, lockFolder } from '@gradalign/core';
import { Delivery } from './delivery.ts';
import { trackingServer } from './server-address.ts';
import { Spool } from './spool.ts';

/** How `sendMlflowSpool` sends. */
export interface SendMlflowSpoolOptions {
  /** For credentials, and `MLFLOW_TRACKING_URI` where the server has moved; default: the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Seconds that the server may take for an answer; default: 10. */
  readonly timeout?: number;
  /** Lines for the user; default: the console. */
  readonly logger?: { notice(message: string): void; warn(message: string): void };
}

/**
 * Sends what the callback `mlflow` kept in a run's folder because the server did not take it while the run was training.
 *
 * @returns How many entries are left: 0 where everything was sent.
 * @throws UserError where the folder keeps nothing of MLflow, is in use by a run, or names no server.
 */
export async function sendMlflowSpool(
  folder: string,
  { env = process.env, timeout = 10, logger = { notice: console.error, warn: console.error } }: SendMlflowSpoolOptions = {},
): Promise<number> {
  const spool = Spool.open(join(folder, 'mlflow'));
  if (!spool) throw cannot(`send what ${folder} keeps for MLflow`, 'it keeps nothing', 'the folder of a run that was trained with the callback mlflow');
  using _lock = lockFolder(folder, 'run');
  const server = trackingServer(env['MLFLOW_TRACKING_URI'] === undefined ? spool.run.server : undefined, env);
  await new Delivery({ spool, server, folder, timeout: 1000 * timeout, logger }).finish();
  return spool.queue.length;
}
