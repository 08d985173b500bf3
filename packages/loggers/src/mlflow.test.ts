import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Experiment, RunEvents } from '@gradalign/core';
import { callbackContext, stepEvent } from '@gradalign/core/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ReadRequest, TrackingServerForTests } from '../test/tracking-server.ts';
import { sendMlflowSpool } from './mlflow/send-mlflow-spool.ts';
import { mlflow } from './mlflow.ts';

const experiment = {
  name: 'study-7',
  seed: 3,
  optimizer: { use: 'erm', warmupEpochs: 0, base: { use: 'sgd', learningRate: 0.5 } },
  train: { epochs: 2 },
} as unknown as Experiment;
const weights = {} as RunEvents['runStarted']['weights'];

let folder: string;
let warnings: string[];
let notices: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradalign-mlflow-'));
  warnings = [];
  notices = [];
  writeFileSync(join(folder, 'experiment.yaml'), 'seed: 3\n');
  writeFileSync(join(folder, 'environment.json'), '{ "gradalign": "0.1.0", "git": "abc-dirty" }');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function start(address: string, { resumed = false, from = 0, timeout = 5 } = {}) {
  vi.stubEnv('MLFLOW_TRACKING_URI', address);
  const logger = { notice: (line: string) => void notices.push(line), warn: (line: string) => void warnings.push(line) };
  const callback = mlflow.create({ every: 1, timeout }, callbackContext({ folder, experiment, resumed, logger }));
  callback.restore?.({ values: { done: from } });
  return callback;
}

/** Epochs of 2 steps, whose loss is 1 / (step + 1). */
async function trainEpochs(callback: ReturnType<typeof start>, from: number, to: number): Promise<void> {
  await callback.runStarted?.({ steps: 4, weights });
  for (let epoch = from; epoch < to; epoch++) {
    for (const step of [2 * epoch, 2 * epoch + 1]) {
      const losses = { total: 1 / (step + 1), risks: { a: 1 / (step + 1) } };
      await callback.stepEnded?.(stepEvent({ progress: { step, epoch, stepsPerEpoch: 2, epochs: 2 }, report: { kind: 'erm', losses }, weights }));
    }
    await callback.epochEnded?.({ epoch, validation: { 'tpr@fpr=1%': 0.5, auc: Number.NaN }, weights, stop: () => {} });
  }
}

async function end(callback: ReturnType<typeof start>): Promise<void> {
  await callback.runEnded?.({ reason: 'finished', weights });
  const figure = { n: 1, figures: { hter: 0.25 } };
  const block = { domains: {}, pooled: { frame: figure, video: figure } };
  const results = {
    ...{ method: 'erm', classes: ['attack', 'live'], epochs: 2, steps: { erm: 4 }, checkpoint: 'epoch-0002', thresholds: { error: 'none' } },
    evaluation: { classes: ['attack', 'live'], deployable: block },
    seconds: { training: 1, evaluation: 1 },
  };
  writeFileSync(join(folder, 'results.json'), JSON.stringify(results));
  await callback.runEvaluated?.({ results: join(folder, 'results.json') });
  await callback[Symbol.asyncDispose]?.();
}

const kept = (name: string) => readFileSync(join(folder, 'mlflow', name), 'utf8');
const losses = (server: TrackingServerForTests, id = 'run1') =>
  server.runs.get(id)?.metrics.flatMap(({ key, step, value }) => (key === 'loss/total' ? [[step, value]] : []));
const reply = (response: ServerResponse, status: number, body: object | string, headers = {}) => {
  response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  return true;
};

it('logs parameters, 4 steps, figures with names that MLflow takes, results, and two files', async () => {
  await using server = await new TrackingServerForTests().listen();
  const callback = start(server.address);
  await trainEpochs(callback, 0, 2);
  await end(callback);
  const run = server.runs.get('run1');
  expect(run?.params).toMatchObject({ seed: '3', 'optimizer.base.learningRate': '0.5' });
  expect(losses(server)).toEqual([
    [0, 1],
    [1, 1 / 2],
    [2, 1 / 3],
    [3, 1 / 4],
  ]);
  expect(run?.metrics).toContainEqual(expect.objectContaining({ key: 'validation/tpr at fpr 1 percent', step: 1, value: 0.5 }));
  expect(run?.metrics).toContainEqual(expect.objectContaining({ key: 'results/deployable/hter', step: 3, value: 0.25 }));
  expect(run?.metrics.some(({ key }) => key === 'validation/auc')).toBe(false);
  expect(run?.tags).toMatchObject({ 'mlflow.source.git.commit': 'abc', 'gradalign.version': '0.1.0' });
  expect(run?.status).toBe('FINISHED');
  expect([...server.artifacts.keys()]).toEqual(['1/run1/artifacts/experiment.yaml', '1/run1/artifacts/results.json']);
  expect(kept('spool.jsonl')).toBe('');
  expect(warnings).toEqual([]);
});

it('a server that is down stops nothing: one warning, and everything is there once it is up', async () => {
  await using server = await new TrackingServerForTests().listen();
  const { port, address } = server;
  await server[Symbol.asyncDispose]();
  const callback = start(address);
  await trainEpochs(callback, 0, 2);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/nothing can be sent to http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\): training goes on/);
  await using later = await new TrackingServerForTests().listen(port);
  await end(callback);
  expect(losses(later)).toHaveLength(4);
  expect(later.runs.get('run1')?.status).toBe('FINISHED');
  expect(notices).toEqual([expect.stringContaining('answers again')]);
});

it('a server that never answers costs one time-out, not one a step', async () => {
  await using server = await new TrackingServerForTests().listen();
  server.misbehave = () => true;
  const callback = start(server.address, { timeout: 0.2 });
  const before = performance.now();
  await trainEpochs(callback, 0, 2);
  expect(performance.now() - before).toBeLessThan(1500);
  expect(warnings).toEqual([expect.stringContaining('no answer within 0.2 s')]);
});

it('what is left in the end is kept, and sent later', async () => {
  await using server = await new TrackingServerForTests().listen();
  server.misbehave = (_, response) => reply(response, 503, 'busy');
  const callback = start(server.address);
  await trainEpochs(callback, 0, 2);
  await callback.runEnded?.({ reason: 'interrupted', weights });
  expect(warnings.at(-1)).toContain('entries are not sent');
  server.misbehave = () => false;
  expect(await sendMlflowSpool(folder, { logger: { notice: () => {}, warn: () => {} } })).toBe(0);
  expect(losses(server)).toHaveLength(4);
  expect(server.runs.get('run1')?.status).toBe('KILLED');
});

it('a resumed run goes on in the same MLflow run, and logs repeated steps once', async () => {
  await using server = await new TrackingServerForTests().listen();
  await trainEpochs(start(server.address), 0, 2);
  const resumed = start(server.address, { resumed: true, from: 2 });
  await trainEpochs(resumed, 1, 2);
  await end(resumed);
  expect(server.runs.size).toBe(1);
  expect(losses(server)?.map(([step]) => step)).toEqual([0, 1, 2, 3]);
  expect(server.runs.get('run1')?.tags).toHaveProperty(['gradalign.resumed']);
});

it('a run whose creation was done but not answered is found again', async () => {
  await using server = await new TrackingServerForTests().listen();
  let lost = false;
  const { misbehave } = server;
  const callback = start(server.address, { timeout: 0.3 });
  server.misbehave = ({ endpoint, body }, response) => {
    if (endpoint !== 'runs/create' || lost) return misbehave({} as ReadRequest, response);
    lost = true;
    const tags = JSON.parse(body.toString()).tags.map(({ key, value }: { key: string; value: string }) => [key, value]);
    server.runs.set('run1', { tags: Object.fromEntries(tags), params: {}, metrics: [], status: 'RUNNING' });
    response.destroy();
    return true;
  };
  await trainEpochs(callback, 0, 2);
  await end(callback);
  expect(lost).toBe(true);
  expect(server.runs.size).toBe(1);
  expect(losses(server)).toHaveLength(4);
});

it('a figure that the server never takes is set aside, and the others are sent', async () => {
  await using server = await new TrackingServerForTests().listen();
  server.misbehave = ({ endpoint, body }, response) =>
    endpoint === 'runs/log-batch' &&
    body.includes('"step":2') &&
    reply(response, 400, { error_code: 'INVALID_PARAMETER_VALUE', message: 'bad\u001b[31m step' });
  const callback = start(server.address);
  await trainEpochs(callback, 0, 2);
  await end(callback);
  expect(losses(server)?.map(([step]) => step)).toEqual([0, 1, 3]);
  expect(JSON.parse(kept('refused.jsonl'))).toMatchObject({ kind: 'metrics', step: 2, why: 'it answers 400: bad [31m step' });
  expect(server.runs.get('run1')?.status).toBe('FINISHED');
});

it('credentials are sent, and written nowhere: not in the folder, not in a warning, not as a parameter', async () => {
  vi.stubEnv('MLFLOW_TRACKING_USERNAME', 'ada');
  vi.stubEnv('MLFLOW_TRACKING_PASSWORD', 'hunter2-secret');
  await using server = await new TrackingServerForTests().listen();
  vi.stubEnv('MLFLOW_TRACKING_URI', server.address);
  server.misbehave = (_, response) => reply(response, 401, { message: 'hunter2-secret is wrong' });
  const callback = start(server.address);
  await trainEpochs(callback, 0, 2);
  await callback.runEnded?.({ reason: 'interrupted', weights });
  expect(server.requests[0]?.authorization).toBe(`Basic ${Buffer.from('ada:hunter2-secret').toString('base64')}`);
  expect(warnings[0]).toContain('it answers 401: [redacted] is wrong');
  const written = readdirSync(join(folder, 'mlflow')).map(kept).join('');
  expect(`${written}${warnings.join('')}`).not.toMatch(/hunter2|aHVudGVyMi/);
});

it('a file that holds a credential is uploaded without it', async () => {
  vi.stubEnv('MLFLOW_TRACKING_TOKEN', 'hunter2-secret');
  await using server = await new TrackingServerForTests().listen();
  writeFileSync(join(folder, 'experiment.yaml'), 'name: hunter2-secret\n');
  const callback = start(server.address);
  await trainEpochs(callback, 0, 1);
  await end(callback);
  expect(server.artifacts.get('1/run1/artifacts/experiment.yaml')?.toString()).toBe('name: [redacted]\n');
});

it('credentials do not follow a redirect, and a page of HTML is no MLflow server', async () => {
  vi.stubEnv('MLFLOW_TRACKING_TOKEN', 't0ken');
  await using other = await new TrackingServerForTests().listen();
  await using server = await new TrackingServerForTests().listen();
  server.misbehave = (_, response) => reply(response, 302, '', { location: other.address });
  await start(server.address).runStarted?.({ steps: 4, weights });
  expect(other.requests).toEqual([]);
  expect(warnings[0]).toContain(`it redirects to ${other.address}`);
  server.misbehave = (_, response) => reply(response, 200, '<html>Sign in</html>');
  await start(server.address).runStarted?.({ steps: 4, weights });
  expect(warnings[1]).toContain('something other than JSON');
});

it('a run that fails while it trains has the status FAILED', async () => {
  await using server = await new TrackingServerForTests().listen();
  const callback = start(server.address);
  await trainEpochs(callback, 0, 1);
  await callback[Symbol.asyncDispose]?.();
  expect(server.runs.get('run1')?.status).toBe('FAILED');
});

it('a spool that came with a run uploads nothing but the two files, and lines that broke off are passed over', async () => {
  await using server = await new TrackingServerForTests().listen();
  await trainEpochs(start(server.address), 0, 1);
  const line = (entry: object) => `${JSON.stringify(entry)}\n`;
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  const foreign = `${line({ kind: 'artifact', file: '../secret.txt' })}${line({ kind: 'artifact', file: 'secret.txt' })}`;
  writeFileSync(join(folder, 'mlflow', 'spool.jsonl'), `${foreign}${line({ kind: 'tags', values: { a: 'b' } })}{"kind":"tags","val`);
  await start(server.address, { resumed: true, from: 2 }).runStarted?.({ steps: 4, weights });
  expect(server.artifacts.size).toBe(0);
  expect(server.runs.get('run1')?.tags['a']).toBe('b');
});

it('a damaged run.json is kept aside, and the run goes on in a new MLflow run', async () => {
  await using server = await new TrackingServerForTests().listen();
  await trainEpochs(start(server.address), 0, 1);
  writeFileSync(join(folder, 'mlflow', 'run.json'), '{');
  await trainEpochs(start(server.address, { resumed: true, from: 2 }), 1, 2);
  expect(server.runs.size).toBe(2);
  expect(warnings).toEqual([expect.stringMatching(/Cannot read .*run\.json: it is damaged/)]);
  expect(readdirSync(join(folder, 'mlflow')).some((name) => name.startsWith('run.json.damaged-'))).toBe(true);
});

it('a disk that takes nothing stops nothing: the figures are sent from memory', async () => {
  await using server = await new TrackingServerForTests().listen();
  const callback = start(server.address);
  await trainEpochs(callback, 0, 1);
  // No permission stops root: a folder in its place does.
  rmSync(join(folder, 'mlflow', 'spool.jsonl'));
  mkdirSync(join(folder, 'mlflow', 'spool.jsonl'));
  await callback.epochEnded?.({ epoch: 1, validation: { auc: 1 }, weights, stop: () => {} });
  expect(warnings).toEqual([expect.stringContaining('nothing can be sent')]);
  rmSync(join(folder, 'mlflow', 'spool.jsonl'), { recursive: true });
  await end(callback);
  expect(server.runs.get('run1')?.metrics).toContainEqual(expect.objectContaining({ key: 'validation/auc', value: 1 }));
  expect(kept('spool.jsonl')).toBe('');
});

it('a folder in place of a file is refused before the first step', async () => {
  mkdirSync(join(folder, 'mlflow', 'spool.jsonl'), { recursive: true });
  await expect(start('http://127.0.0.1:9').runStarted?.({ steps: 4, weights })).rejects.toThrow(/Cannot write .*spool\.jsonl: it is no plain file/);
});
