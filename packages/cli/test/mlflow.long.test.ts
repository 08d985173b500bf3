import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendMlflowSpool } from '@gradalign/loggers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digits } from './experiments.ts';
import { pythonPackages } from './python-packages.ts';
import { gradalign } from './run-gradalign.ts';

// 850 MB, and minutes to install.
const packages = await pythonPackages('mlflow', ['mlflow']);
const logged = digits().replace(']', ', "@gradalign/loggers"]');

describe.skipIf(!packages)('a real mlflow server', { timeout: 300_000 }, () => {
  let folder: string;
  let server: ChildProcess;
  let env: Record<string, string>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gradalign-mlflow-'));
    const port = await freePort();
    const store = ['--backend-store-uri', `sqlite:///${folder}/mlflow.db`, '--artifacts-destination', join(folder, 'artifacts')];
    server = spawn('python3', ['-m', 'mlflow', 'server', ...store, '--host', '127.0.0.1', '--port', String(port), '--workers', '1'], {
      cwd: folder,
      env: { ...process.env, PYTHONPATH: packages?.folder, MLFLOW_DISABLE_TELEMETRY: 'true' },
      stdio: 'ignore',
      detached: true,
    });
    env = { MLFLOW_TRACKING_URI: `http://127.0.0.1:${port}` };
    await untilHealthy(`${env['MLFLOW_TRACKING_URI']}/health`);
    writeFileSync(join(folder, 'plain.yaml'), logged);
    writeFileSync(join(folder, 'logged.yaml'), `${logged}callbacks: [{ use: mlflow, every: 1 }]\n`);
  }, 300_000);

  afterAll(() => {
    if (server?.pid !== undefined) process.kill(-server.pid);
    rmSync(folder, { recursive: true, force: true });
  });

  const call = async (method: 'GET' | 'POST', endpoint: string, content: Record<string, unknown>): Promise<object> => {
    const address = `${env['MLFLOW_TRACKING_URI']}/api/2.0/mlflow/${endpoint}`;
    const response = await (method === 'GET'
      ? fetch(`${address}?${new URLSearchParams(content as Record<string, string>)}`)
      : fetch(address, { method, body: JSON.stringify(content), headers: { 'content-type': 'application/json' } }));
    return (await response.json()) as object;
  };
  /** Status, parameters and histories of the one run of this name. */
  const readRun = async (name: string) => {
    const { experiment } = (await call('GET', 'experiments/get-by-name', { experiment_name: 'gradalign' })) as { experiment: { experiment_id: string } };
    const { runs } = (await call('POST', 'runs/search', { experiment_ids: [experiment.experiment_id], filter: `tags.mlflow.runName = '${name}'` })) as {
      runs: { info: { run_id: string; status: string }; data: { params: { key: string; value: string }[] } }[];
    };
    expect(runs).toHaveLength(1);
    const [{ info, data }] = runs as [(typeof runs)[0]];
    const history = async (metric: string) => {
      const { metrics } = (await call('GET', 'metrics/get-history', { run_id: info.run_id, metric_key: metric })) as {
        metrics: { step: number; value: number }[];
      };
      return metrics.map(({ step, value }) => [Number(step), value]).sort(([a = 0], [b = 0]) => a - b);
    };
    return { ...info, params: Object.fromEntries(data.params.map(({ key, value }) => [key, value])), history };
  };
  const logOf = (run: string) =>
    readFileSync(join(folder, run, 'log.jsonl'), 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('{"event":"step"') ? [JSON.parse(line) as { step: number; losses: { total: number } }] : []))
      .map(({ step, losses }) => [step, losses.total]);
  const weights = (run: string) => readFileSync(join(folder, run, 'checkpoints', 'epoch-0003', 'model.safetensors'));

  it('shows parameters, every step as the log has it, and the results; the weights are those of a run without the callback', async () => {
    for (const name of ['logged', 'plain']) {
      const { status, err } = await gradalign(folder, ['train', `${name}.yaml`, '-o', name, '--quiet'], { env });
      expect(status, err).toBe(0);
    }
    const run = await readRun('logged');
    expect(run.status).toBe('FINISHED');
    expect(run.params).toMatchObject({ 'optimizer.use': 'gac', 'optimizer.base.learningRate': '0.05', 'train.epochs': '3' });
    expect(await run.history('loss/total')).toEqual(logOf('logged'));
    expect((await run.history('validation/accuracy')).map(([step]) => step)).toEqual([15, 23]);
    const { files } = (await call('GET', 'artifacts/list', { run_id: run.run_id })) as { files: { path: string; file_size: number | string }[] };
    expect(files.map(({ path, file_size }) => [path, Number(file_size)])).toEqual(
      ['experiment.yaml', 'results.json'].map((name) => [name, readFileSync(join(folder, 'logged', name)).length]),
    );
    expect(weights('logged').equals(weights('plain'))).toBe(true);
  });

  it('a run that is interrupted goes on in the same MLflow run, with each step once', async () => {
    const args = ['train', 'logged.yaml', '-o', 'resumed'];
    const interrupted = await gradalign(folder, args, { env, interruptAt: /scoring upright/ });
    expect(interrupted.status).toBe(130);
    expect((await readRun('resumed')).status).toBe('KILLED');
    const resumed = await gradalign(folder, [...args, '--resume', '--quiet'], { env });
    expect(resumed.status, resumed.err).toBe(0);
    const run = await readRun('resumed');
    expect(run.status).toBe('FINISHED');
    expect(await run.history('loss/total')).toEqual(logOf('resumed'));
  });

  it('a run whose server was away throughout is sent afterwards, and what is sent twice is there once', async () => {
    const away = { MLFLOW_TRACKING_URI: `http://127.0.0.1:${await freePort()}` };
    const { status, err } = await gradalign(folder, ['train', 'logged.yaml', '-o', 'away', '--quiet'], { env: away });
    expect(status, err).toBe(0);
    expect(err.match(/nothing can be sent/g)).toHaveLength(1);
    const spool = join(folder, 'away', 'mlflow', 'spool.jsonl');
    const entries = readFileSync(spool);
    const silent = { env, logger: { notice: () => {}, warn: () => {} } };
    expect(await sendMlflowSpool(join(folder, 'away'), silent)).toBe(0);
    writeFileSync(spool, entries);
    expect(await sendMlflowSpool(join(folder, 'away'), silent)).toBe(0);
    const run = await readRun('away');
    expect(run.status).toBe('FINISHED');
    expect(await run.history('loss/total')).toEqual(logOf('away'));
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

async function untilHealthy(address: string): Promise<void> {
  for (let attempt = 0; attempt < 240; attempt++) {
    if ((await fetch(address).catch(() => undefined))?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(`Cannot use ${address}: the server does not answer within 4 minutes`);
}
