import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faces, writeFaces } from './experiments.ts';
import { once } from './once.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign export é-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);
const path = (name: string) => join(folder, name);

beforeAll(async () => {
  await writeFaces(path('faces'));
  writeFileSync(path('faces.yaml'), faces);
});
const trained = once(() => gradalign('train', 'faces.yaml', '-o', 'run'));

describe('gradalign export', () => {
  it('writes a model that onnxruntime runs like the run, and a golden picture that belongs to it', async () => {
    await trained();
    await gradalign('calibrate', 'run', '--name', 'door');
    const { status, out } = await gradalign('export', 'run', '--decision', 'door', '--license', 'Apache-2.0', '-o', 'door.onnx', '--json');
    expect(status).toBe(0);
    const { metadata } = JSON.parse(out) as { metadata: Record<string, unknown> };
    expect(metadata).toMatchObject({
      decision: 'door',
      license: 'Apache-2.0',
      scale: 'logit',
      check: { done: true, images: 24 },
      calibration: { method: 'temperature' },
    });
    const golden = JSON.parse(readFileSync(path('door.golden.json'), 'utf8')) as { output: { probability: number[] } };
    expect(golden.output.probability).toHaveLength(1);
    expect(readdirSync(folder).filter((name) => name.includes('door'))).toEqual(['door.golden.json', 'door.onnx']);
  });

  it('keeps what was there when something is wrong, and says what', async () => {
    await trained();
    writeFileSync(path('kept.onnx'), 'before');
    mkdirSync(path('taken.onnx'));
    const refused = async (args: readonly string[], status: number, why: RegExp | string) => {
      const found = await gradalign('export', ...args);
      expect([found.status, found.err]).toEqual([status, expect.stringMatching(why)]);
      expect(found.err).not.toMatch(/ {4}at /);
    };
    await refused(['run', '-o', 'model.bin'], 2, 'its name does not end with .onnx');
    await refused(['run', '-o', 'none/model.onnx'], 1, 'its folder does not exist');
    await refused(['run', '-o', 'taken.onnx'], 1, 'something that is no file is in its place');
    await refused(['run', '--decision', 'dor', '-o', 'kept.onnx'], 2, /there is no such decision|it has no decisions/);
    await refused(['run', '--checkpoint', 'epoch-0099', '-o', 'kept.onnx'], 1, 'epoch-0099');
    await refused(['faces', '-o', 'kept.onnx'], 2, 'it holds no experiment.yaml');
    expect(readFileSync(path('kept.onnx'), 'utf8')).toBe('before');
  });

  it.skipIf(process.getuid?.() === 0)('a read-only folder is named', async () => {
    await trained();
    mkdirSync(path('read-only'));
    chmodSync(path('read-only'), 0o555);
    const { status, err } = await gradalign('export', 'run', '--no-check', '-o', 'read-only/m.onnx');
    expect([status, err]).toEqual([1, expect.stringContaining('permission denied')]);
  });

  it('damaged weights are refused, without a checkpoint too', async () => {
    await trained();
    const { cpSync } = await import('node:fs');
    cpSync(path('run'), path('damaged'), { recursive: true });
    for (const name of readdirSync(path('damaged/checkpoints'))) writeFileSync(path(`damaged/checkpoints/${name}/model.safetensors`), 'x');
    expect((await gradalign('export', 'damaged', '-o', 'damaged.onnx')).status).toBe(1);
    rmSync(path('damaged/checkpoints'), { recursive: true });
    expect((await gradalign('export', 'damaged', '-o', 'damaged.onnx')).status).toBe(1);
    expect(existsSync(path('damaged.onnx'))).toBe(false);
  });
});

describe('gradalign card', () => {
  it('has the front matter, both conventions and the counts; needs no data', async () => {
    await trained();
    const { status } = await gradalign('card', 'run', '--license', 'apache-2.0', '-o', 'card.md');
    const card = readFileSync(path('card.md'), 'utf8');
    expect(status).toBe(0);
    expect(card).toMatch(/^---\nlibrary_name: gradalign\n/);
    // 6 clips of 2 frames of each kind, all told apart.
    expect(card).toContain('| b | image | 12 | 12 | 0.00 % [0.00, 0.00] | 100.00 %');
    expect(card).toContain('| a | trained on | 16 | 4 live, 4 attack | 4 |');
    expect(card).toContain('does not stop injected streams');
    expect((await gradalign('card', 'faces')).status).toBe(2);
  });
});
