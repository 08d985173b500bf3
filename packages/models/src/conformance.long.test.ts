import type { ModelDefinition } from '@gradalign/core';
import { modelChecks } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import { beforeAll, describe, it } from 'vitest';
import plugin from './index.ts';

beforeAll(async () => {
  await loadEngine();
});

/** Weights compared with differences, where they are not all. */
const tensors: Readonly<Record<string, number>> = { resnet18: 10, resnet34: 6, resnet50: 6, 'mobilenet-v2': 16, 'efficientnet-lite0': 16 };

const models = plugin.items.filter(({ kind }) => kind === 'model') as unknown as ModelDefinition[];

describe.each(models.map((definition) => [definition.name, definition] as const))('%s', (name, definition) => {
  for (const check of modelChecks(definition, name in tensors ? { tensors: tensors[name] as number } : {})) it(check.name, check.run);
});
