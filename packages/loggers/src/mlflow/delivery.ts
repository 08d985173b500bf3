import { describeWriteError, UserError } from '@gradalign/core';
import { createRun, isDeleted, sendEntries } from './mlflow-requests.ts';
import { MlflowClient, MlflowError } from './rest-client.ts';
import type { TrackingServer } from './server-address.ts';
import type { MlflowRun, Spool } from './spool.ts';

/** What a delivery needs. */
export interface DeliveryOptions {
  readonly spool: Spool;
  readonly server: TrackingServer;
  /** The run's folder. */
  readonly folder: string;
  /** Milliseconds that one request may take. */
  readonly timeout: number;
  readonly logger: { notice(message: string): void; warn(message: string): void };
}

/**
 * Carries what is in a spool to the server. It never throws for what the server or the disk does: there is one warning when it fails, and a notice when it
 * is back.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #client: MlflowClient;
  #failures = 0;
  #nextAttempt = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#client = new MlflowClient(options.server, { timeout: options.timeout });
  }

  /** Sends what there is, for about as long as one request may take. After a failure it waits before it tries again: 5 s, 10 s, ... at most 5 minutes. */
  async send(): Promise<void> {
    if (performance.now() >= this.#nextAttempt) await this.#attempt(this.#options.timeout);
  }

  /** Sends what there is at the end of a run: tries three times, or once where somebody waits. Returns whether everything was sent. */
  async finish({ patient = true }: { readonly patient?: boolean } = {}): Promise<boolean> {
    for (const pause of patient ? [0, 1000, 3000] : [0]) {
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      if (await this.#attempt(6 * this.#options.timeout)) return true;
    }
    return false;
  }

  async #attempt(budget: number): Promise<boolean> {
    const { spool, server, logger } = this.#options;
    try {
      spool.write();
      if (spool.queue.length === 0 && spool.run.id !== undefined) return true;
      try {
        await this.#sendQueue(performance.now() + budget);
      } finally {
        spool.settle();
      }
      if (this.#failures > 0) logger.notice(`mlflow: ${server.shown} answers again`);
      this.#failures = 0;
      return spool.queue.length === 0;
    } catch (error) {
      const why = describeFailure(error);
      if (why === undefined) throw error;
      if (this.#failures === 0)
        logger.warn(`mlflow: nothing can be sent to ${server.shown} (${why}): training goes on, and what is to be sent is kept in ${spool.file}`);
      this.#nextAttempt = performance.now() + Math.min(longestPause, firstPause * 2 ** this.#failures);
      this.#failures++;
      return false;
    }
  }

  async #sendQueue(deadline: number): Promise<void> {
    const { spool, folder } = this.#options;
    const run = await this.#runThere();
    let together = metricsPerRequest;
    while (spool.queue.length > 0 && performance.now() < deadline) {
      const entries = nextEntries(spool, together);
      try {
        await sendEntries(this.#client, run, entries, folder);
        spool.taken(entries.length);
        together = metricsPerRequest;
      } catch (error) {
        if (!(error instanceof MlflowError && error.isFinal)) throw error;
        await this.#refuseDeleted(run, error);
        // One of them is wrong: which one shows when they are sent one by one.
        if (entries.length > 1) together = 1;
        else {
          spool.refused(error.message);
          this.#options.logger.warn(`mlflow: ${this.#options.server.shown} refuses ${entries[0]?.kind} (${error.message}): kept in refused.jsonl`);
        }
      }
    }
  }

  async #runThere(): Promise<MlflowRun & { readonly id: string }> {
    const { spool } = this.#options;
    const { id } = spool.run;
    if (id !== undefined) return { ...spool.run, id };
    // A run that an earlier request may have made is looked for.
    const request = createRun(this.#client, spool.run);
    spool.update({ asked: true });
    const created = await request;
    spool.update(created);
    return { ...spool.run, ...created };
  }

  /** Nothing is wrong with what was sent where the run is gone: it is kept. */
  async #refuseDeleted({ id }: { readonly id: string }, { code, message }: MlflowError): Promise<void> {
    if (code === 'RESOURCE_DOES_NOT_EXIST') throw new MlflowError(message, { code });
    if (await isDeleted(this.#client, id)) throw new MlflowError(`its run ${id} was deleted: restore it there`);
  }
}

/** Why nothing was sent; undefined for a bug. */
function describeFailure(error: unknown): string | undefined {
  if (error instanceof MlflowError || error instanceof UserError) return error.message;
  return error instanceof Error && 'code' in error ? describeWriteError(error) : undefined;
}

const firstPause = 5000;
const longestPause = 300_000;
/** MLflow's own limit is 1,000. */
const metricsPerRequest = 1000;

/** The entries that go into the next request: those of metrics together, any other alone. */
function nextEntries({ queue }: Spool, most: number): Spool['queue'] {
  let metrics = 0;
  let count = 0;
  for (const entry of queue) {
    if (entry.kind !== 'metrics') break;
    metrics += Object.keys(entry.values).length;
    if (metrics > most && count > 0) break;
    count++;
  }
  return queue.slice(0, Math.max(1, count));
}
