import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ProgressState } from '../contracts/reporter.ts';
import type { StepRecord } from '../training/training-loop.ts';
import { openRunLog } from './run-log.ts';
import { trainingProgress } from './training-progress.ts';

it('writes one line per step and shows a running mean of the loss, and the share of time spent waiting', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-progress-'));
  const log = openRunLog(join(folder, 'log.jsonl'));
  const shown: ProgressState[] = [];
  const tell = trainingProgress({ notice: () => {}, warn: () => {}, progress: (state) => shown.push(state) }, log);
  const step = (index: number, total: number): StepRecord => ({
    progress: { step: index, epoch: 0, stepsPerEpoch: 2, epochs: 1 },
    report: { kind: 'sam', losses: { total, risks: { a: total } } },
    learningRateFactor: 0.5,
    milliseconds: 75,
    waited: 25,
  });
  tell(step(0, 1));
  tell(step(1, 0));
  log[Symbol.dispose]();
  const lines = readFileSync(join(folder, 'log.jsonl'), 'utf8').trim().split('\n');
  rmSync(folder, { recursive: true });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { event: 'step', step: 0, epoch: 0, kind: 'sam', losses: { total: 1, risks: { a: 1 } }, learningRateFactor: 0.5, milliseconds: 75, waited: 25 },
    { event: 'step', step: 1, epoch: 0, kind: 'sam', losses: { total: 0, risks: { a: 0 } }, learningRateFactor: 0.5, milliseconds: 75, waited: 25 },
  ]);
  expect(shown.map(({ done, total, detail }) => [done, total, detail])).toEqual([
    [1, 2, 'epoch 1/1, sam, loss 1.0000, 25 % of the time waiting for data'],
    [2, 2, 'epoch 1/1, sam, loss 0.9500, 25 % of the time waiting for data'],
  ]);
});
