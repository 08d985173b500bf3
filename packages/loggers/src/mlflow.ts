import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { type CallbackContext, defineCallback, runPaths } from '@gradalign/core';
import { type Static, Type } from '@sinclair/typebox';
import { Delivery } from './mlflow/delivery.ts';
import { flattenExperiment } from './mlflow/flatten-experiment.ts';
import { metricName } from './mlflow/metric-name.ts';
import { type TrackingServer, trackingServer } from './mlflow/server-address.ts';
import { artifacts, type MlflowRun, Spool, type SpoolEntry } from './mlflow/spool.ts';
import { ownFolder } from './own-folder.ts';
import { epochFigures, type NamedFigures, resultFigures, stepFigures } from './run-figures.ts';

const options = Type.Object(
  {
    trackingUri: Type.Optional(Type.String({ minLength: 1, description: 'Address of the server, without credentials; default: MLFLOW_TRACKING_URI' })),
    experiment: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: "MLflow's experiment; default: MLFLOW_EXPERIMENT_NAME, or gradalign" })),
    run: Type.Optional(
      Type.String({ minLength: 1, maxLength: 250, description: "Name of the run; default: the experiment's name, or that of the run's folder" }),
    ),
    every: Type.Integer({ minimum: 1, default: 10, description: 'Steps between the points of the curves that a step adds to' }),
    timeout: Type.Number({ minimum: 0.1, maximum: 600, default: 10, description: 'Seconds that the server may take for an answer' }),
  },
  { additionalProperties: false },
);

/**
 * Logs to an MLflow tracking server over its REST API: the resolved experiment as parameters, figures by step, and `experiment.yaml` and `results.json` as
 * artifacts where the server passes them on. Everything is written to `<run>/mlflow/spool.jsonl` first and leaves it once the server has taken it, so that
 * no server stops or slows a training: what cannot be sent is sent later, at the end, or by `sendMlflowSpool`. A resumed run goes on in the same MLflow run.
 * Credentials come from `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`, or `MLFLOW_TRACKING_TOKEN`, and are never written down.
 */
export const mlflow = defineCallback({
  name: 'mlflow',
  summary: 'Logs parameters, figures and results to an MLflow tracking server; keeps what cannot be sent',
  options,
  reachesOutside: true,
  check({ trackingUri }) {
    if (trackingUri !== undefined) trackingServer(trackingUri, {});
  },
  create(given, context) {
    const { folder, experiment, resumed } = context;
    const server = trackingServer(given.trackingUri, process.env);
    let log: { readonly spool: Spool; readonly delivery: Delivery } | undefined;
    let ended: 'no' | 'training' | 'all' = 'no';
    let done = 0;
    let sent = performance.now();
    const add = (entry: SpoolEntry) => log?.spool.add(entry);
    const send = async () => {
      await log?.delivery.send();
      sent = performance.now();
    };
    return {
      async runStarted() {
        const own = ownFolder(folder, 'mlflow');
        const known = resumed ? openSpool(own, server, context) : undefined;
        const spool = known ?? startSpool(own, server, given, context);
        log = { spool, delivery: new Delivery({ spool, server, folder, timeout: 1000 * given.timeout, logger: context.logger }) };
        if (known) {
          add({ kind: 'status', status: 'RUNNING', time: Date.now() });
          add({ kind: 'tags', values: { 'gradalign.resumed': new Date().toISOString(), 'gradalign.epochs': String(experiment.train.epochs) } });
        } else for (const values of inParts(flattenExperiment(experiment), server)) add({ kind: 'params', values });
        await send();
      },
      async stepEnded(event) {
        const { step } = event.progress;
        done = step + 1;
        if (step % given.every === 0 && log && step > log.spool.run.lastStep) {
          add(metrics(step, stepFigures(event, experiment)));
          log.spool.logged({ lastStep: step });
        }
        if (performance.now() - sent > 1000 * secondsBetweenSending) await send();
      },
      async epochEnded(event) {
        if (log && event.epoch > log.spool.run.lastEpoch) {
          add(metrics(done - 1, epochFigures(event)));
          log.spool.logged({ lastEpoch: event.epoch });
        }
        await send();
      },
      async runEnded({ reason }) {
        ended = reason === 'interrupted' ? 'all' : 'training';
        if (ended === 'training') return;
        add({ kind: 'status', status: 'KILLED', time: Date.now() });
        await finish(log, context, { patient: false });
      },
      async runEvaluated({ results }) {
        ended = 'all';
        add(metrics(Math.max(0, done - 1), resultFigures(results)));
        for (const file of artifacts) add({ kind: 'artifact', file });
        add({ kind: 'status', status: 'FINISHED', time: Date.now() });
        await finish(log, context);
      },
      state: () => ({ values: { done } }),
      restore({ values }) {
        done = Number(values?.['done'] ?? 0);
      },
      /** A run that ends in an error ends here: while it trains, it has failed; while it is evaluated, it can be resumed. */
      async [Symbol.asyncDispose]() {
        if (!log || ended === 'all') return;
        add({ kind: 'status', status: ended === 'training' ? 'KILLED' : 'FAILED', time: Date.now() });
        await finish(log, context);
      },
    };
  },
});

/** An epoch may take hours. */
const secondsBetweenSending = 30;

function startSpool(own: string, server: TrackingServer, given: Static<typeof options>, { experiment, folder }: CallbackContext): Spool {
  const run: MlflowRun = {
    key: randomUUID(),
    server: server.shown,
    experiment: given.experiment ?? (process.env['MLFLOW_EXPERIMENT_NAME'] || 'gradalign'),
    name: given.run ?? experiment.name ?? basename(folder),
    started: Date.now(),
    tags: describeSource(folder),
    lastStep: -1,
    lastEpoch: -1,
  };
  return Spool.create(own, run);
}

/** The spool of the run that goes on; undefined, with a warning, where a new MLflow run is due. */
function openSpool(own: string, server: TrackingServer, { logger }: CallbackContext): Spool | undefined {
  try {
    const spool = Spool.open(own);
    if (spool && spool.run.server !== server.shown) {
      logger.warn(`mlflow: this run was logged to ${spool.run.server} and goes on at ${server.shown}: in a new MLflow run there, without its first steps`);
      spool.update({ server: server.shown, id: undefined, artifactUri: undefined });
    }
    return spool;
  } catch (error) {
    const aside = `run.json.damaged-${Date.now()}`;
    logger.warn(`mlflow: ${(error as Error).message}: it is kept as ${aside}, and the run goes on in a new MLflow run`);
    renameSync(join(own, 'run.json'), join(own, aside));
    return undefined;
  }
}

/** What MLflow shows as the source of a run. */
function describeSource(folder: string): Record<string, string> {
  const { gradalign, git } = JSON.parse(readFileSync(runPaths(folder).environment, 'utf8')) as { readonly gradalign?: string; readonly git?: string };
  return {
    'mlflow.source.name': 'gradalign',
    'mlflow.source.type': 'LOCAL',
    ...userTag(),
    'gradalign.version': String(gradalign),
    ...(git === undefined ? {} : { 'mlflow.source.git.commit': git.replace(/-dirty$/, ''), 'gradalign.git': git }),
  };
}

/** Nobody, where the process runs as a user without a name. */
function userTag(): Record<string, string> {
  try {
    return { 'mlflow.user': userInfo().username };
  } catch {
    return {};
  }
}

function metrics(step: number, figures: NamedFigures): SpoolEntry {
  const finite = Object.entries(figures).filter(([, value]) => Number.isFinite(value));
  return { kind: 'metrics', time: Date.now(), step, values: Object.fromEntries(finite.map(([name, value]) => [metricName(name), value])) };
}

/** As many parameters as one request may hold, without credentials that a value may have in it. */
function inParts(params: Readonly<Record<string, string>>, { redact }: TrackingServer): Record<string, string>[] {
  const all = Object.entries(params).map(([name, value]) => [metricName(name), redact(value)] as const);
  return Array.from({ length: Math.ceil(all.length / 100) }, (_, part) => Object.fromEntries(all.slice(100 * part, 100 * (part + 1))));
}

async function finish(
  log: { readonly spool: Spool; readonly delivery: Delivery } | undefined,
  { logger, folder }: CallbackContext,
  how?: { readonly patient: boolean },
): Promise<void> {
  if (!log || (await log.delivery.finish(how))) return;
  const { spool } = log;
  logger.warn(
    `mlflow: ${spool.queue.length} entries are not sent; ${spool.file} keeps them: sendMlflowSpool(${JSON.stringify(folder)}) of @gradalign/loggers sends them`,
  );
}
