import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Prediction } from '@gradalign/core';
import { loadLiveness, type StreamJudgment } from '@gradalign/liveness';
import { readPicture } from '@gradalign/liveness/node';
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
      aggregated: 'logit',
      videoCalibration: { method: 'temperature', temperature: expect.any(Number) },
      curve: { measuredOn: 'the held-out source share' },
      videoCurve: { measuredOn: 'the held-out source share' },
    });
    const golden = JSON.parse(readFileSync(path('door.golden.json'), 'utf8')) as { output: { probability: number[] } };
    expect(golden.output.probability).toHaveLength(1);
    expect(readdirSync(folder).filter((name) => name.includes('door'))).toEqual(['door.golden.json', 'door.onnx']);
  });

  it('of another checkpoint than that of the results, it says whose weights the threshold was fixed with', async () => {
    await trained();
    const { status, out } = await gradalign('export', 'run', '--checkpoint', 'epoch-0004', '--no-check', '-o', 'early.onnx', '--json');
    expect(status).toBe(0);
    const { metadata } = JSON.parse(out) as { metadata: { run: object; curve: unknown; thresholds: Record<'image' | 'video', { from: string }> } };
    expect(metadata).toMatchObject({ run: { checkpoint: 'epoch-0004' }, curve: null, videoCurve: null });
    for (const { from } of Object.values(metadata.thresholds)) expect(from).toMatch(/^equal error point .*, fixed with the weights of epoch-0008$/);
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
    await refused(['run', '-o', 'none/model.onnx'], 2, 'there is no folder');
    await refused(['run', '-o', 'taken.onnx'], 2, 'it is a folder');
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

/** The faces of these tests are of one gray level: nothing in them is sharp. */
const limits = { sharpness: 0 };
const tested = 'faces/b/test';
const exported = once(async () => {
  await trained();
  const { status, err } = await gradalign('export', 'run', '--no-check', '-o', 'plain.onnx');
  if (status !== 0) throw new Error(err);
  return { model: readFileSync(path('plain.onnx')), golden: readFileSync(path('plain.golden.json'), 'utf8') };
});

describe('an exported model in @gradalign/liveness', () => {
  it('gives the scores and decisions of gradalign predict to 1e-3', async () => {
    const { model } = await exported();
    const { out } = await gradalign('predict', 'run', tested, '--json');
    const { predictions } = JSON.parse(out) as { predictions: readonly Prediction[] };
    await using liveness = await loadLiveness(model, { limits });
    expect(predictions).toHaveLength(24);
    for (const { path: name, score, logit, threshold, decision } of predictions) {
      const found = await liveness.check(await readPicture(join(folder, name)));
      expect(found).toMatchObject({ decision, reason: null, face: null });
      expect(found.probability).toBeCloseTo(score as number, 3);
      expect(found.logit).toBeCloseTo(logit as number, 3);
      expect(found.threshold).toBeCloseTo(threshold as number, 6);
    }
    expect(new Set(predictions.map(({ decision }) => decision))).toEqual(new Set(['live', 'attack']));
  });

  it('finds the numbers of the export in its golden picture', async () => {
    await using liveness = await loadLiveness((await exported()).model, { golden: (await exported()).golden });
    const { passed, largestDifference } = await liveness.selfTest();
    expect(passed).toBe(true);
    expect(largestDifference.input).toBeLessThan(1e-3);
  });

  it('judges the frames of a stream together by the threshold of videos', async () => {
    await using liveness = await loadLiveness((await exported()).model, { limits });
    const clip = path(`${tested}/live/s10_clip`);
    const frames = async function* () {
      for (const name of readdirSync(clip).sort()) yield await readPicture(join(clip, name));
    };
    const told: StreamJudgment[] = [];
    // predict would take every 5th frame: the clip has two.
    for await (const judgment of liveness.watch(frames(), { window: 2 })) told.push(judgment);
    expect(told.map(({ seen, judged, decision }) => [seen, judged, decision])).toEqual([
      [1, 1, 'live'],
      [2, 2, 'live'],
    ]);
    const logits = told.map(({ frame }) => frame.logit as number);
    expect(told[1]?.score).toBeCloseTo(((logits[0] as number) + (logits[1] as number)) / 2, 6);
  });
});
