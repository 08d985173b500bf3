import type { OptimizerDefinition } from '@gradalign/core';
import { optimizerChecks } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import { beforeAll, describe, it } from 'vitest';
import plugin from './index.ts';

beforeAll(async () => {
  await loadEngine();
});

const optimizers = plugin.items.filter(({ kind }) => kind === 'optimizer') as unknown as OptimizerDefinition[];

describe.each(optimizers.map((definition) => [definition.name, definition] as const))('%s', (_, definition) => {
  for (const { name, run } of optimizerChecks(definition)) it(name, run);
});
