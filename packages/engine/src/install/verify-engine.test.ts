import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { fakeSteps, fakeWheels, libraryText } from '../../test/fake-engine.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { EngineLock } from '../installed/engine-lock.ts';
import { engineStatus } from '../installed/installed-engine.ts';
import { installEngine } from './install-engine.ts';
import { removeEngine } from './remove-engine.ts';
import { verifyEngine } from './verify-engine.ts';

let cache: string;
let lock: EngineLock;
let dir: string;
const steps = fakeSteps();

beforeEach(async () => {
  const folder = temporaryFolder();
  cache = join(folder, 'cache');
  const wheels = join(folder, 'wheels');
  lock = fakeWheels(wheels).lock;
  ({ dir } = await installEngine({ lock, cache, wheels, steps }));
});

const verify = () => verifyEngine({ lock, cache, test: steps.test });

test('what was installed is intact: 3 files of the engine, 2 of the binding', async () => {
  const [result, ...others] = await verify();
  expect(others).toEqual([]);
  expect(result).toMatchObject({ variant: 'cpu', dir, files: 5 });
  expect(result?.summary).toBe('The cpu engine is intact: 5 files, 1 MB, TensorFlow 0.0.1 computes a convolution and its gradients.');
});

test('one changed letter in a library is found, though its size is the same', async () => {
  writeFileSync(join(dir, 'tensorflow/libtensorflow_cc.so.2'), libraryText.replace('not', 'nOt'));
  expect(engineStatus('cpu', { lock, cache }).state).toBe('ready');
  await expect(verify()).rejects.toThrow(
    /tensorflow\/libtensorflow_cc\.so\.2 differs from what was installed, expected the pinned content\. Run: gradalign engine remove && gradalign engine install$/,
  );
});

test('a missing file is named without reading the others', async () => {
  writeFileSync(join(dir, 'tensorflow/include/c/c_api.h'), '');
  await expect(verify()).rejects.toThrow('tensorflow/include/c/c_api.h has 0 bytes instead of 12');
});

test('where nothing is installed there is nothing to verify', async () => {
  await expect(verifyEngine({ lock, cache: temporaryFolder() })).rejects.toThrow(
    'it is not installed, expected it in the cache. Run: gradalign engine install',
  );
});

test('removing deletes this engine and leaves those of other versions', async () => {
  const other = join(cache, 'tensorflow-9.9.9-cpu-linux-x64-0123456789');
  mkdirSync(other);
  const { removed, bytes, summary } = await removeEngine({ lock, cache });
  expect(removed).toEqual([dir]);
  expect(bytes).toBeGreaterThan(800_000);
  expect(summary).toBe(`Removed ${dir} (1 MB).`);
  expect(readdirSync(cache)).toEqual(['tensorflow-9.9.9-cpu-linux-x64-0123456789']);
  expect((await removeEngine({ lock, cache })).removed).toEqual([]);
  expect((await removeEngine({ lock, cache, all: true })).removed).toEqual([other]);
  expect(readdirSync(cache)).toEqual([]);
});

test('removing without a cache folder creates none', async () => {
  const absent = join(temporaryFolder(), 'absent');
  expect((await removeEngine({ lock, cache: absent })).summary).toBe(`There is no engine in ${absent}.`);
  expect(existsSync(absent)).toBe(false);
});
