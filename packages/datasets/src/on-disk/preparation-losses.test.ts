import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { preparationLosses } from './preparation-losses.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign-losses-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a clip without crops keeps its class, split, subject and frames; reports of earlier versions and odd ones say less', async () => {
  writeFileSync(join(folder, 'preparation.json'), '{}');
  const withoutFace = [
    { clip: 'a', reason: 'dark', split: 'test', label: 'live', subject: 'anna', frames: 10 },
    { clip: 'b', reason: 'dark' },
    { clip: 'c', split: 'somewhere', label: 2, subject: 7, frames: -1 },
    { clip: '' },
    null,
  ];
  const broken = [{ clip: 'd', reason: 'cut off', split: 'train', label: 'attack', frames: 0 }];
  writeFileSync(join(folder, 'report.json'), JSON.stringify({ domains: { msu: { withoutFace, broken, leftOut: [] } } }));
  expect(await preparationLosses(folder, 'msu')).toEqual([
    { kind: 'no face', what: 'a', why: 'dark', unit: 'clip', label: 1, split: 'test', subject: 'anna', images: 10 },
    { kind: 'no face', what: 'b', why: 'dark', unit: 'clip' },
    { kind: 'no face', what: 'c', why: 'no reason is recorded', unit: 'clip' },
    { kind: 'unreadable', what: 'd', why: 'cut off', unit: 'clip', label: 0, split: 'train' },
  ]);
});
