import type { OptimizerDefinition } from '@gradalign/core';
import { optimizerChecks } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import { beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error: the example is plain JavaScript
import extragradient from '../../../examples/custom-optimizer/extragradient.js';
import { closedForms } from '../test/closed-forms.ts';
import plugin from './index.ts';

beforeAll(async () => {
  await loadEngine();
});

const own = plugin.items.filter(({ kind }) => kind === 'optimizer');
const optimizers = [...own, ...extragradient.items] as unknown as OptimizerDefinition[];

describe.each(optimizers.map((definition) => [definition.name, definition] as const))('%s', (name, definition) => {
  const closedForm = closedForms[name];
  it('has a closed form', () => expect(closedForm).toBeDefined());
  for (const check of optimizerChecks(definition, closedForm ? { closedForm } : {})) it(check.name, check.run);
});
