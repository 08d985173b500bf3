import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Weights } from '../contracts/weights.ts';
import { restoreWeights } from '../run/restore-weights.ts';
import { latestCheckpoint, loadCheckpoint, saveCheckpoint } from './checkpoint.ts';

let folder: string;
beforeAll(async () => {
  await loadEngine();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradalign checkpoint ü-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const weights = (value: number, size = 3) => new Weights({ 'conv/kernel': tf.fill([size], value) }, { 'bn/movingMean': tf.scalar(value) });
const content = (of: Weights, values: unknown = { epoch: 1 }) => ({
  weights: of,
  states: { updateRule: { tensors: { 'momentum/conv/kernel': of.get('conv/kernel') }, values: { t: 3 } } },
  values,
});

it('weights, states and values come back bit for bit, and nothing is left in memory', async () => {
  using before = weights(0.1);
  await saveCheckpoint(folder, 'epoch-0001', content(before));
  const count = tf.memory().numTensors;
  {
    using loaded = await loadCheckpoint(join(folder, 'epoch-0001'));
    using after = weights(0);
    restoreWeights(after, loaded.weights, 'it');
    expect(after.get('conv/kernel').dataSync()).toEqual(before.get('conv/kernel').dataSync());
    expect(loaded.states['updateRule']?.tensors?.['momentum/conv/kernel']?.dataSync()).toEqual(before.get('conv/kernel').dataSync());
    expect([loaded.states['updateRule']?.values, loaded.values]).toEqual([{ t: 3 }, { epoch: 1 }]);
  }
  expect(tf.memory().numTensors).toBe(count);
});

it('one changed byte is found and named; the latest whole one is taken instead', async () => {
  using some = weights(1);
  await saveCheckpoint(folder, 'epoch-0001', content(some));
  await new Promise((resolve) => setTimeout(resolve, 5));
  await saveCheckpoint(folder, 'epoch-0002', content(some));
  const file = join(folder, 'epoch-0002', 'model.safetensors');
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
  writeFileSync(file, bytes);
  await expect(loadCheckpoint(join(folder, 'epoch-0002'))).rejects.toThrow('model.safetensors is damaged: its digest is not the recorded one');
  writeFileSync(file, bytes.subarray(0, 10));
  expect(latestCheckpoint(folder)).toMatchObject({ name: 'epoch-0001', damaged: ['epoch-0002'] });
});

it('a newer format, a folder that is none, and weights of another network are refused', async () => {
  using some = weights(1);
  await saveCheckpoint(folder, 'a', content(some));
  const manifest = join(folder, 'a', 'checkpoint.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"format": 1', '"format": 9'));
  await expect(loadCheckpoint(join(folder, 'a'))).rejects.toThrow('its format is 9, expected format 1');
  await expect(loadCheckpoint(join(folder, 'none'))).rejects.toThrow('it has no checkpoint.json, expected a whole checkpoint');
  using other = new Weights({ 'conv/kernel': tf.zeros([4]), 'head/kernel': tf.zeros([1]) });
  expect(() => restoreWeights(other, { 'conv/kernel': some.get('conv/kernel'), x: some.get('bn/movingMean') }, 'it')).toThrow(
    'Cannot restore the weights from it: it lacks head/kernel; the model has no x; conv/kernel has shape [3] where the model has [4], expected the weights of the same network',
  );
});

it('a full disk costs nothing: the message says so, the checkpoint before is whole, nothing half-written is left', async ({ skip }) => {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status !== 0) {
    console.warn('skipped: a small file system cannot be mounted here (needs root)');
    skip();
  }
  try {
    using small = weights(1);
    await saveCheckpoint(disk, 'epoch-0001', content(small));
    using large = weights(1, 50_000);
    await expect(saveCheckpoint(disk, 'epoch-0002', content(large))).rejects.toThrow(
      'the disk is full, expected room on the disk; the checkpoints before it are untouched',
    );
    expect(readdirSync(disk)).toEqual(['epoch-0001']);
    using loaded = await loadCheckpoint(join(disk, 'epoch-0001'));
    expect(loaded.name).toBe('epoch-0001');
  } finally {
    spawnSync('umount', [disk]);
  }
  expect(existsSync(disk)).toBe(true);
});
