import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { childModuleArguments } from '../child-processes/module-arguments.ts';
import { runCommand } from '../child-processes/run-command.ts';
import type { Engine } from '../contracts/engine.ts';
import { cacheFolder } from '../files/cache-folder.ts';
import { preferredEngine } from '../installed/installed-engine.ts';
import { type LoadEngineOptions, loadEngine } from './load-engine.ts';

const installed = preferredEngine().state === 'ready';

interface Outcome {
  readonly outcomes: (Partial<Engine> & { error?: string; name?: string })[];
  readonly notices: string[];
  readonly backend: string;
  readonly squares: number[];
  readonly listeners: number;
}

async function loadInChild(options: LoadEngineOptions[], env: NodeJS.ProcessEnv = {}): Promise<Outcome & { stderr: string }> {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TF_|GRADALIGN_ENGINE)/.test(name)));
  const module = new URL('../../test/load-child', import.meta.url);
  const args = options.map((each) => JSON.stringify(each));
  const { stdout, stderr } = await runCommand(process.execPath, childModuleArguments(module, args), { env: { ...clean, ...env } });
  return { ...(JSON.parse(stdout) as Outcome), stderr };
}

describe('in this process', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await loadEngine();
  });

  test('a second call returns the same engine', async () => {
    expect(await loadEngine()).toBe(engine);
    expect(tf.getBackend()).toBe(engine.name);
  });

  test('the gradient of a sum over a 2 x 2 convolution output is 4 for each of 9 weights', () => {
    const [gradient] = tf.grads((w) => tf.sum(tf.conv2d(tf.ones<tf.Rank.R4>([1, 4, 4, 1]), w as tf.Tensor4D, 1, 'valid')))([tf.ones([3, 3, 1, 1])]);
    expect(Array.from(gradient?.dataSync() ?? [])).toEqual(Array(9).fill(4));
  });

  test('rounding leaves integers unchanged and rounds halves to even', () => {
    expect(Array.from(tf.round(tf.tensor1d([-3, 0, 7], 'int32')).dataSync())).toEqual([-3, 0, 7]);
    expect(Array.from(tf.round(tf.tensor1d([0.5, 1.5, -2.4])).dataSync())).toEqual([0, 2, -2]);
  });

  test('rounding integers makes one tensor, and disposing both frees both', () => {
    const before = tf.memory().numTensors;
    const whole = tf.tensor1d([1, 2], 'int32');
    const rounded = tf.round(whole);
    whole.dispose();
    expect(Array.from(rounded.dataSync())).toEqual([1, 2]);
    rounded.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('the environment records what changes the last bits', () => {
    expect(engine.environment).toMatchObject({ engine: engine.name, threads: engine.threads, 'tfjs-core': '4.22.0', node: process.version });
  });

  test.runIf(installed)('the environment of the native engine tells its version and modes', () => {
    expect(engine.environment).toMatchObject({ tensorflow: '2.21.0', oneDnn: true, deterministic: true, gpu: false });
  });

  test('another engine is rejected', async () => {
    const other = engine.name === 'wasm' ? 'tensorflow' : 'wasm';
    await expect(loadEngine({ engine: other })).rejects.toThrow(
      `Cannot load the ${other} engine: this process already computes with the ${engine.name} engine`,
    );
  });
});

test.runIf(installed)('the native engine takes the given number of threads, prints nothing, and rejects another number later', async () => {
  const { outcomes, notices, squares, backend, stderr } = await loadInChild([
    { engine: 'tensorflow', threads: 1, deterministic: false },
    { threads: 2 },
    { threads: 1 },
  ]);
  expect(outcomes[0]).toMatchObject({ name: 'tensorflow', version: '2.21.0', threads: 1, environment: { TF_NUM_INTRAOP_THREADS: '1', deterministic: false } });
  expect(outcomes[1]?.error).toBe('Cannot set 2 threads: the engine was loaded with 1, expected one number of threads a process.');
  expect(outcomes[2]).toEqual(outcomes[0]);
  expect({ notices, squares, backend, stderr }).toEqual({ notices: [], squares: [1, 4, 9], backend: 'tensorflow', stderr: '' });
});

test('wasm on request: one thread, no notice, and no listeners left behind by Emscripten', async () => {
  const { outcomes, notices, squares, listeners } = await loadInChild([{ engine: 'wasm' }, {}, { engine: 'tensorflow' }]);
  expect(outcomes[0]).toMatchObject({ name: 'wasm', version: '4.22.0', threads: 1, gpu: false });
  expect(outcomes[0]).not.toHaveProperty('reason');
  expect(outcomes[1]).toEqual(outcomes[0]);
  expect(outcomes[2]).toMatchObject({ name: 'EngineError', error: expect.stringContaining('already computes with the wasm engine') });
  expect({ notices, squares, listeners }).toEqual({ notices: [], squares: [1, 4, 9], listeners: 0 });
});

test('without an installed engine, auto falls back to wasm and says once why, how slow, and what to do', async () => {
  const { outcomes, notices } = await loadInChild([{ engine: 'tensorflow' }, {}, { engine: 'auto' }], { GRADALIGN_CACHE: temporaryFolder() });
  expect(outcomes[0]).toEqual({
    name: 'EngineError',
    error: 'Cannot load the native engine: the native engine is not installed, expected it ready to load. To install it: gradalign engine install',
  });
  expect(outcomes[1]).toMatchObject({ name: 'wasm', reason: 'the native engine is not installed' });
  expect(outcomes[2]).toEqual(outcomes[1]);
  expect(notices).toEqual([
    'Computing with the wasm engine: the native engine is not installed. Expect training to take 10 to 20 times as long. To install it: gradalign engine install',
  ]);
});

test('GRADALIGN_ENGINE decides only if the options leave it open', async () => {
  const empty = temporaryFolder();
  const { outcomes } = await loadInChild([{}, { engine: 'wasm' }], { GRADALIGN_ENGINE: 'tensorflow', GRADALIGN_CACHE: empty });
  expect(outcomes[0]?.error).toContain('the native engine is not installed');
  expect(outcomes[1]).toMatchObject({ name: 'wasm' });
  const wrong = await loadInChild([{}], { GRADALIGN_ENGINE: 'gpu' });
  expect(wrong.outcomes[0]?.error).toBe("Cannot choose the engine: GRADALIGN_ENGINE is 'gpu', expected tensorflow, wasm or auto.");
});

test('the cache is GRADALIGN_CACHE, else in XDG_CACHE_HOME, else where the system keeps caches', () => {
  expect(cacheFolder({ GRADALIGN_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
  expect(cacheFolder({ XDG_CACHE_HOME: '/b' })).toBe('/b/gradalign');
  expect(cacheFolder({}, 'linux')).toMatch(/\/\.cache\/gradalign$/);
  expect(cacheFolder({}, 'darwin')).toMatch(/\/Library\/Caches\/gradalign$/);
});
