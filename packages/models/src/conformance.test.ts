import type { ModelDefinition } from '@gradalign/core';
import { modelChecks } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import { beforeAll, describe, it } from 'vitest';
import plugin from './index.ts';

beforeAll(async () => {
  await loadEngine();
});

/** The deeper ResNets take minutes: conformance.long.test.ts checks them, and more weights of each network. */
const everyDay: readonly string[] = ['tiny-cnn', 'resnet18', 'mobilenet-v2', 'efficientnet-lite0'];

/** Weights compared with differences. */
const tensors: Readonly<Record<string, number>> = { resnet18: 3, 'mobilenet-v2': 3, 'efficientnet-lite0': 3 };

const models = plugin.items.filter(({ kind, name }) => kind === 'model' && everyDay.includes(name)) as unknown as ModelDefinition[];

describe.each(models.map((definition) => [definition.name, definition] as const))('%s', (name, definition) => {
  for (const check of modelChecks(definition, name in tensors ? { tensors: tensors[name] as number } : {})) it(check.name, { timeout: 300_000 }, check.run);
});

describe('tiny-cnn with a linear head', () => {
  const own = models.find(({ name }) => name === 'tiny-cnn') as ModelDefinition;
  for (const check of modelChecks(own, { options: { width: 4, blocks: 2, head: 'linear' }, size: 16 })) it(check.name, check.run);
});
