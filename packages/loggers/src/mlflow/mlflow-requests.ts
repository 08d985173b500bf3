import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MlflowClient, MlflowError } from './rest-client.ts';
import type { MlflowRun, SpoolEntry } from './spool.ts';

/** Tag that holds the key of a run. */
const keyTag = 'gradalign.key';

/** The MLflow run for `run`: a new one, or that which an earlier request made whose answer was lost. */
export async function createRun(client: MlflowClient, run: MlflowRun): Promise<{ readonly id: string; readonly artifactUri: string }> {
  const experiment_id = await findExperiment(client, run.experiment);
  const known = run.asked ? await findRun(client, experiment_id, run.key) : undefined;
  const created =
    known ??
    (
      await client.call('POST', 'runs/create', {
        ...{ experiment_id, run_name: run.name, start_time: run.started },
        tags: tagsOf({ ...run.tags, [keyTag]: run.key }),
      })
    )['run'];
  const { info } = (created ?? {}) as { info?: { run_id?: unknown; artifact_uri?: unknown } };
  if (typeof info?.run_id !== 'string') throw new MlflowError('it names no run that it made: is there an MLflow server?');
  return { id: info.run_id, artifactUri: String(info.artifact_uri ?? '') };
}

/** Sends entries, all of one kind, in one request. `folder`: the run's, which files are uploaded from. */
export async function sendEntries(
  client: MlflowClient,
  run: MlflowRun & { readonly id: string },
  entries: readonly SpoolEntry[],
  folder: string,
): Promise<void> {
  const [entry] = entries;
  const run_id = run.id;
  switch (entry?.kind) {
    case 'metrics':
      return void (await client.call('POST', 'runs/log-batch', { run_id, metrics: entries.flatMap(metricsOf) }));
    case 'params':
      return void (await client.call('POST', 'runs/log-batch', { run_id, params: tagsOf(entry.values) }));
    case 'tags':
      return void (await client.call('POST', 'runs/log-batch', { run_id, tags: tagsOf(entry.values) }));
    case 'status': {
      const { status, time } = entry;
      return void (await client.call('POST', 'runs/update', { run_id, status, ...(status === 'RUNNING' ? {} : { end_time: time }) }));
    }
    case 'artifact':
      return upload(client, run, entry.file, folder);
  }
}

/** Whether the run was deleted on the server, which then refuses whatever is logged to it. */
export async function isDeleted(client: MlflowClient, id: string): Promise<boolean> {
  const { run } = (await client.call('GET', 'runs/get', { run_id: id })) as { run?: { info?: { lifecycle_stage?: unknown } } };
  return run?.info?.lifecycle_stage === 'deleted';
}

async function findExperiment(client: MlflowClient, name: string): Promise<string> {
  const byName = async () => {
    const { experiment } = (await client.call('GET', 'experiments/get-by-name', { experiment_name: name })) as { experiment?: Record<string, unknown> };
    if (experiment?.['lifecycle_stage'] === 'deleted') throw new MlflowError(`its experiment '${name}' was deleted: restore it there`);
    return experiment?.['experiment_id'];
  };
  let id: unknown;
  try {
    id = await byName();
  } catch (error) {
    if (!(error instanceof MlflowError && error.code === 'RESOURCE_DOES_NOT_EXIST')) throw error;
    try {
      id = (await client.call('POST', 'experiments/create', { name }))['experiment_id'];
    } catch (late) {
      // Another run has made it in the meantime.
      if (!(late instanceof MlflowError && late.code === 'RESOURCE_ALREADY_EXISTS')) throw late;
      id = await byName();
    }
  }
  if (typeof id !== 'string') throw new MlflowError('it names no experiment: is there an MLflow server?');
  return id;
}

async function findRun(client: MlflowClient, experiment: string, key: string): Promise<unknown> {
  const filter = `tags.\`${keyTag}\` = '${key}'`;
  const { runs } = await client.call('POST', 'runs/search', { experiment_ids: [experiment], filter, max_results: 1 });
  return Array.isArray(runs) ? runs[0] : undefined;
}

function metricsOf(entry: SpoolEntry): readonly object[] {
  if (entry.kind !== 'metrics') return [];
  return Object.entries(entry.values).map(([key, value]) => ({ key, value, timestamp: entry.time, step: entry.step }));
}

function tagsOf(values: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}

/** Uploads a file where the server passes artifacts on; elsewhere they are its store's, which it gives no access to. */
async function upload(client: MlflowClient, { artifactUri = '' }: MlflowRun, name: string, folder: string): Promise<void> {
  const path = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(artifactUri)?.[1];
  if (path === undefined) return;
  const file = join(folder, name);
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile()) await client.upload(`${path}/${name}`, readFileSync(file, 'utf8'));
}
