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

/** Options beside the defaults where these say little; other optimizers: every choice and switch. */
const variants: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  gsam: [{ rhoMin: 0.01 }],
  'friendly-sam': [{ sigma: 0.5, decay: 0.6 }],
  vrex: [{ penalty: 2, annealingSteps: 0 }, { annealingSteps: 3 }],
  groupdro: [{ stepSize: 0.5 }],
};

describe.each(optimizers.map((definition) => [definition.name, definition] as const))('%s', (name, definition) => {
  const closedForm = closedForms[name];
  it('has a closed form', () => expect(closedForm).toBeDefined());
  for (const check of optimizerChecks(definition, { ...(closedForm ? { closedForm } : {}), ...(variants[name] ? { variants: variants[name] } : {}) }))
    it(check.name, check.run);
});
