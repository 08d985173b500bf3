import type { ModelDefinition } from '@gradalign/core';
import { modelChecks } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import { beforeAll, describe, it } from 'vitest';
import plugin from './index.ts';

beforeAll(async () => {
  await loadEngine();
});

/** All networks, and more weights of each: conformance.long.test.ts. Each has its reference values besides (published-networks.test.ts, resnet18.test.ts). */
const everyDay: readonly string[] = ['tiny-cnn', 'mobilenet-v2'];

/** Weights compared with differences. */
const tensors: Readonly<Record<string, number>> = { 'mobilenet-v2': 3 };

const models = plugin.items.filter(({ kind, name }) => kind === 'model' && everyDay.includes(name)) as unknown as ModelDefinition[];

describe.each(models.map((definition) => [definition.name, definition] as const))('%s', (name, definition) => {
  for (const check of modelChecks(definition, name in tensors ? { tensors: tensors[name] as number } : {})) it(check.name, { timeout: 300_000 }, check.run);
});

describe('tiny-cnn with a linear head', () => {
  const own = models.find(({ name }) => name === 'tiny-cnn') as ModelDefinition;
  for (const check of modelChecks(own, { options: { width: 4, blocks: 2, head: 'linear' }, size: 16 })) it(check.name, check.run);
});
