import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Prediction } from '@gradalign/core';
import { loadLiveness, type StreamJudgement } from '@gradalign/liveness';
import { readPicture } from '@gradalign/liveness/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faces, writeFaces } from './experiments.ts';
import { once } from './once.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign liveness é-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);
const path = (name: string) => join(folder, name);
const tested = 'faces/b/test';

beforeAll(() => writeFaces(path('faces')));

const exported = once(async () => {
  writeFileSync(path('faces.yaml'), faces);
  await gradalign('train', 'faces.yaml', '-o', 'run');
  const { status, err } = await gradalign('export', 'run', '--no-check', '-o', 'door.onnx');
  if (status !== 0) throw new Error(err);
  return { model: readFileSync(path('door.onnx')), golden: readFileSync(path('door.golden.json'), 'utf8') };
});

/** The faces of these tests are of one gray level: nothing in them is sharp. */
const limits = { sharpness: 0 };

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
    const told: StreamJudgement[] = [];
    for await (const judgement of liveness.watch(frames())) told.push(judgement);
    expect(told.map(({ seen, judged, decision }) => [seen, judged, decision])).toEqual([
      [1, 1, 'live'],
      [2, 2, 'live'],
    ]);
    const logits = told.map(({ frame }) => frame.logit as number);
    expect(told[1]?.score).toBeCloseTo(((logits[0] as number) + (logits[1] as number)) / 2, 6);
  });
});
