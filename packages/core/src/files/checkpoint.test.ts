import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Weights } from '../contracts/weights.ts';
import { restoreWeights } from '../run/restore-weights.ts';
import { listCheckpoints, loadCheckpoint, loadLatestCheckpoint, type RefusedCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { seal } from './sealed-json.ts';

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

const change = (name: string, file: string, how: (bytes: Buffer) => Uint8Array) => {
  const path = join(folder, name, file);
  writeFileSync(path, how(readFileSync(path)));
};
const flipLast = (bytes: Buffer) => {
  bytes[bytes.length - 2] = (bytes.at(-2) as number) ^ 1;
  return bytes;
};
const text = (how: (json: string) => string) => (bytes: Buffer) => Buffer.from(how(bytes.toString()));
const latest = async () => {
  const refused: RefusedCheckpoint[] = [];
  using found = await loadLatestCheckpoint(folder, (one) => refused.push(one));
  return { name: found?.name, refused };
};

it.each<[string, string, (bytes: Buffer) => Uint8Array, string]>([
  ['the last byte of the weights flipped', 'model.safetensors', flipLast, 'model.safetensors is damaged: its digest is not the recorded one'],
  ['the state cut off', 'state.safetensors', (bytes) => bytes.subarray(0, 10), 'state.safetensors is damaged: it has 10 bytes of'],
  ['another epoch in the JSON', 'checkpoint.json', text((json) => json.replace('"epoch": 1', '"epoch": 2')), 'checkpoint.json is damaged: its digest is not'],
  ['another count in the JSON', 'checkpoint.json', text((json) => json.replace('"t": 3', '"t": 2')), 'checkpoint.json is damaged: its digest is not'],
  ['the JSON without its digest', 'checkpoint.json', text((json) => json.replace(/,\s*"sha256": "[0-9a-f]*"\s*}\s*$/, '}')), 'it has no digest'],
  ['the digest under another key', 'checkpoint.json', text((json) => json.replace(/"sha256"(?=[^{}]*}\s*$)/, '"sha257"')), 'it has no digest'],
  ['half a JSON', 'checkpoint.json', (bytes) => bytes.subarray(0, 40), 'checkpoint.json: '],
  ['a list as JSON', 'checkpoint.json', () => Buffer.from('[]'), 'checkpoint.json is damaged: it is not an object'],
  ['an empty file', 'model.safetensors', () => Buffer.alloc(0), 'it has 0 bytes of'],
])('%s: found, named, and the sound one before it is taken', async (_, file, how, why) => {
  using some = weights(1);
  await saveCheckpoint(folder, 'epoch-0001', content(some));
  await saveCheckpoint(folder, 'epoch-0001-step-00003', content(some));
  change('epoch-0001-step-00003', file, how);
  const count = tf.memory().numTensors;
  expect(await latest()).toEqual({ name: 'epoch-0001', refused: [{ name: 'epoch-0001-step-00003', why: expect.stringContaining(why) }] });
  expect(tf.memory().numTensors).toBe(count);
});

it('three damaged ones are passed over for the fourth; with none sound there is none', async () => {
  using some = weights(1);
  for (const epoch of [1, 2, 3, 4]) await saveCheckpoint(folder, `epoch-000${epoch}`, content(some));
  for (const epoch of [2, 3, 4]) change(`epoch-000${epoch}`, 'model.safetensors', flipLast);
  expect(await latest()).toMatchObject({ name: 'epoch-0001', refused: [{ name: 'epoch-0004' }, { name: 'epoch-0003' }, { name: 'epoch-0002' }] });
  rmSync(join(folder, 'epoch-0001', 'state.safetensors'));
  expect(await latest()).toMatchObject({ refused: { length: 4 } });
});

it('the newest is the one that is furthest, whatever the clock said: epoch 10000, then 2 step 3, then 2', async () => {
  using some = weights(1);
  for (const name of ['epoch-10000', 'epoch-0002-step-00003', 'epoch-0002', 'epoch-9999']) await saveCheckpoint(folder, name, content(some));
  expect(listCheckpoints(folder)).toEqual(['epoch-10000', 'epoch-9999', 'epoch-0002-step-00003', 'epoch-0002']);
});

it('a checkpoint of format 1, whose JSON has no digest, is still read', async () => {
  using some = weights(1);
  await saveCheckpoint(folder, 'epoch-0001', content(some));
  change('epoch-0001', 'checkpoint.json', (bytes) => {
    const { sha256: _, ...old } = JSON.parse(bytes.toString());
    return Buffer.from(JSON.stringify({ ...old, format: 1 }));
  });
  expect(await latest()).toEqual({ name: 'epoch-0001', refused: [] });
});

it('a newer format, a folder that is none, and weights of another network are refused', async () => {
  using some = weights(1);
  await saveCheckpoint(folder, 'a', content(some));
  const manifest = join(folder, 'a', 'checkpoint.json');
  const { sha256: _, ...written } = JSON.parse(readFileSync(manifest, 'utf8'));
  writeFileSync(manifest, JSON.stringify(seal({ ...written, format: 9 })));
  await expect(loadCheckpoint(join(folder, 'a'))).rejects.toThrow('its format is 9, expected format 2 or older (it was written by a newer gradalign)');
  await expect(latest()).rejects.toThrow('its format is 9');
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
