import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createSeed, type Dataset, type Sample } from '@gradalign/core';
import { decodeImage } from '@gradalign/core/images';
import { equalErrorRate, roc } from '@gradalign/metrics';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recaptureBenchmark } from '../../adapters/own/recapture-benchmark.ts';
import { domainNames } from './domains.ts';
import { synthesizeBenchmark } from './synthesize-benchmark.ts';

/** What a shortcut looks at. */
type Features = readonly number[];

const root = join(mkdtempSync(join(tmpdir(), 'gradalign-shortcuts-')), 'recapture');
const shortcuts = {
  'mean color': ({ pixels }: Look) => meanColor(pixels),
  'color histogram': ({ pixels }: Look) => histogram(pixels),
  'file size': ({ bytes }: Look) => [bytes],
  'image size': ({ side }: Look) => [side],
} as const;

interface Look {
  readonly pixels: Uint8Array | Uint8ClampedArray;
  readonly bytes: number;
  readonly side: number;
}

interface Example {
  readonly label: number;
  readonly features: Readonly<Record<keyof typeof shortcuts, Features>>;
}

const examples: Record<string, Example[]> = {};

beforeAll(async () => {
  await synthesizeBenchmark({ root, seed: 0, size: { subjects: { train: 24, test: 1 }, clips: 2, frames: 1 }, workers: 2 });
  for (const domain of domainNames) {
    const dataset = (await recaptureBenchmark.create({ root, domain }, { seed: createSeed(0), domain, folder: root })) as Dataset;
    examples[domain] = await Promise.all(dataset.samples.map(look));
  }
}, 120_000);
afterAll(() => rmSync(join(root, '..'), { recursive: true }));

async function look({ image, label }: Sample): Promise<Example> {
  if (!('path' in image)) throw new Error('a file was expected');
  const { image: decoded } = await decodeImage(image, { channels: 3 });
  const seen: Look = { pixels: decoded.data, bytes: statSync(image.path).size, side: decoded.width };
  return { label, features: Object.fromEntries(Object.entries(shortcuts).map(([name, of]) => [name, of(seen)])) as unknown as Example['features'] };
}

function meanColor(pixels: Look['pixels']): number[] {
  const sums = [0, 0, 0];
  pixels.forEach((value, i) => {
    sums[i % 3] = (sums[i % 3] as number) + value;
  });
  return sums.map((sum) => sum / (pixels.length / 3));
}

/** Eight bins a channel, as shares. */
function histogram(pixels: Look['pixels']): number[] {
  const bins = new Array<number>(24).fill(0);
  pixels.forEach((value, i) => {
    const bin = (i % 3) * 8 + (value >> 5);
    bins[bin] = (bins[bin] as number) + 3 / pixels.length;
  });
  return bins;
}

/** Logistic regression on standardized features by gradient descent, with a little ridge; returns the score of new examples. */
function regress(train: readonly { readonly x: Features; readonly y: number }[]): (x: Features) => number {
  const n = train[0]?.x.length ?? 0;
  const mean = Array.from({ length: n }, (_, j) => train.reduce((sum, { x }) => sum + (x[j] as number), 0) / train.length);
  const deviation = mean.map((m, j) => Math.sqrt(train.reduce((sum, { x }) => sum + ((x[j] as number) - m) ** 2, 0) / train.length) || 1);
  const standard = (x: Features) => x.map((value, j) => (value - (mean[j] as number)) / (deviation[j] as number));
  const rows = train.map(({ x, y }) => ({ x: standard(x), y }));
  const positive = rows.filter(({ y }) => y === 1).length;
  const weightOf = (y: number) => (y === 1 ? rows.length / positive : rows.length / (rows.length - positive)) / 2;
  const w = new Array<number>(n).fill(0);
  let b = 0;
  for (let step = 0; step < 400; step++) {
    const gradient = w.map((value) => 0.01 * value);
    let offset = 0;
    for (const { x, y } of rows) {
      const error = (weightOf(y) * (1 / (1 + Math.exp(-(b + x.reduce((sum, value, j) => sum + value * (w[j] as number), 0)))) - y)) / rows.length;
      offset += error;
      x.forEach((value, j) => {
        gradient[j] = (gradient[j] as number) + error * value;
      });
    }
    gradient.forEach((value, j) => {
      w[j] = (w[j] as number) - value;
    });
    b -= offset;
  }
  return (x) => standard(x).reduce((sum, value, j) => sum + value * (w[j] as number), b);
}

describe.each(domainNames)('trained without %s and tested on it', (target) => {
  it.each(Object.keys(shortcuts) as (keyof typeof shortcuts)[])('a logistic regression on the %s stays above 35 percent HTER', (shortcut) => {
    const train = domainNames
      .filter((name) => name !== target)
      .flatMap((name) => (examples[name] ?? []).map(({ features, label }) => ({ x: features[shortcut], y: label })));
    const score = regress(train);
    const scores = (label: number) => (examples[target] ?? []).filter((example) => example.label === label).map(({ features }) => score(features[shortcut]));
    const { far, frr } = equalErrorRate(roc(scores(1), scores(0)));
    expect((far + frr) / 2).toBeGreaterThan(0.35);
  });
});
