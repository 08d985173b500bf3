import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { faces, writeFaces } from './experiments.ts';
import { once } from './once.ts';
import { gradalign } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign oracle é-'));
afterAll(() => rmSync(folder, { recursive: true }));
const results = (name: string) => JSON.parse(readFileSync(join(folder, `runs/${name}/results.json`), 'utf8'));
const weights = (name: string) => readFileSync(join(folder, `runs/${name}/checkpoints/epoch-0008/model.safetensors`));

beforeAll(async () => {
  await writeFaces(join(folder, 'faces'));
  writeFileSync(join(folder, 'plain.yaml'), faces.replace('train: { epochs: 8', 'train: { epochs: 8, stepsPerEpoch: 2').replace('0.05', '0.003'));
  writeFileSync(join(folder, 'oracle.yaml'), 'extends: plain.yaml\nevaluate: { target: { every: 3 } }\n');
});

const plain = once(() => gradalign(folder, ['train', 'plain.yaml', '-o', 'runs/plain']));
const watched = once(() => gradalign(folder, ['train', 'oracle.yaml', '-o', 'runs/watched']));

it('is off unless asked for, and shows nothing then', async () => {
  await plain();
  expect(results('plain').evaluation).not.toHaveProperty('oracle');
  expect((await gradalign(folder, ['show', 'plain.yaml', '--json'])).out).not.toContain('every"');
});

it('evaluates every 3 of 8 epochs and after the last, in a block of its own, and changes no weight and no other figure', async () => {
  const { status, out } = await watched();
  await plain();
  expect(status).toBe(0);
  const { oracle, ...others } = results('watched').evaluation;
  expect(oracle.evaluations.map(({ epoch }: { epoch: number }) => epoch)).toEqual([2, 5, 7]);
  expect(oracle.lastTen).toMatchObject({ n: 3, from: 2 });
  const margins = oracle.evaluations.map(({ figures: { auc, hter } }: { figures: { auc: number; hter: number } }) => auc - hter);
  expect(oracle.best.figures.auc - oracle.best.figures.hter).toBe(Math.max(...margins));
  // The last evaluation is of the weights that the run ends with.
  expect(oracle.evaluations[2].figures.auc).toBe(others.literature.pooled.video.figures.auc);
  expect(others).toEqual(results('plain').evaluation);
  expect(weights('watched').equals(weights('plain'))).toBe(true);
  expect(out).toMatch(/\nOracle: epochs chosen on the test data itself.*\n {2}chosen +epochs +hter +auc.*\n {2}best epoch by AUC - HTER +\d /);
});

it('a run that is interrupted and resumed has the same block', async () => {
  await watched();
  expect((await gradalign(folder, ['train', 'oracle.yaml', '-o', 'runs/resumed'], { interruptAt: /training 7\/16/ })).status).toBe(130);
  expect((await gradalign(folder, ['train', '--resume', 'runs/resumed'])).status).toBe(0);
  expect(results('resumed').evaluation.oracle).toEqual(results('watched').evaluation.oracle);
});

it('also evaluates the last epochs one by one, where `last` says so', async () => {
  expect((await gradalign(folder, ['train', 'oracle.yaml', '-o', 'runs/last', '--set', 'evaluate.target.last=3'])).status).toBe(0);
  expect(results('last').evaluation.oracle.evaluations.map(({ epoch }: { epoch: number }) => epoch)).toEqual([2, 5, 6, 7]);
});
