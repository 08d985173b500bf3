import { readFileSync } from 'node:fs';
import { type AnyItem, completeOptions, corePlugin, type Kind } from '@gradalign/core';
import { type GoldenOptimizers, runGoldenLosses, runGoldenOptimizer } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import { beforeAll, expect, it } from 'vitest';
import optimizers from '../../optimizers/src/index.ts';
import fasGac from './index.ts';

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../../goldens/${name}.json`, import.meta.url), 'utf8'));
const files = ['optimizers', 'family/optimizers'].map((name) => read(name) as GoldenOptimizers);
const items = [...corePlugin.items, ...optimizers.items, ...fasGac.items];
const catalogue = { find: (kind: Kind, name: string) => items.find((item) => item.kind === kind && item.name === name) as AnyItem };

beforeAll(async () => {
  expect((await loadEngine({ engine: 'wasm' })).name).toBe('wasm');
});

it.each(
  files.flatMap((file) => file.cases.map((golden) => [`${JSON.stringify(golden.optimizer)}${golden.auxiliary ? ' with supcon' : ''}`, file, golden] as const)),
)('on wasm %s agrees with float64 to 1e-4', (_, file, golden) => {
  const { deviation, where } = runGoldenOptimizer(file, golden, catalogue, completeOptions);
  expect(deviation, where).toBeLessThan(1e-4);
});

it('on wasm the losses agree, values and gradients', () => {
  for (const { name, where, deviation } of runGoldenLosses(read('losses'), catalogue, completeOptions))
    expect(deviation, `${name} ${where}`).toBeLessThan(1e-4);
});
