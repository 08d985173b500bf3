import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainedRun } from '@gradalign/core';
import { formatScores } from '@gradalign/metrics';
import { afterAll, expect, it } from 'vitest';
import { modelCurves } from './model-curves.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-curves-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = {
  ...{
    paths: { scores: folder },
    weights: 'raw',
    classes: ['attack', 'live'],
    scale: 'logit',
    checkpoint: 'epoch-0001',
    results: { checkpoint: 'epoch-0001' },
  },
} as unknown as TrainedRun;

/** A live clip whose frames have the logits 1 and 3, and an attack with 0 and 2. */
function writeFrames(named: (video: string) => string): void {
  const frames = [1, 3, 0, 2].map((logit, i) => {
    const video = i < 2 ? 'live' : 'print';
    return {
      claimedId: `${i}`,
      testLabel: `${video}/${i}`,
      isBonaFide: i < 2,
      attackType: '',
      score: 0.5,
      frameId: i,
      videoKey: named(video),
      domain: 'a',
      logit,
    };
  });
  writeFileSync(join(folder, 'held-out.csv'), formatScores(frames));
}

const twice = { aggregate: 'mean', onLogits: (value: number) => 2 * value } as const;
const rows = (points: readonly { threshold: number; attacksAccepted: number; bonaFideRefused: number }[] | undefined) =>
  points?.map(({ threshold, attacksAccepted, bonaFideRefused }) => [threshold, attacksAccepted, bonaFideRefused]);

it('of four frames the thresholds are 0 to 3, of their two clips the means 1 and 2, which tell the attack from the person', async () => {
  writeFrames((video) => video);
  const { curve, videoCurve } = await modelCurves(run, twice);
  expect(rows(curve?.points)).toEqual([
    [0, 1, 0],
    [2, 0.5, 0],
    [4, 0.5, 0.5],
    [6, 0, 0.5],
  ]);
  expect(rows(videoCurve?.points)).toEqual([
    [2, 1, 0],
    [4, 0, 0],
  ]);
});

it('there is no curve of videos where no score names one, and none at all of another checkpoint', async () => {
  writeFrames(() => '');
  expect(await modelCurves(run, twice)).toMatchObject({ curve: { measuredOn: 'the held-out source share' }, videoCurve: null });
  expect(await modelCurves({ ...run, checkpoint: 'epoch-0002' }, twice)).toEqual({ curve: null, videoCurve: null });
});
