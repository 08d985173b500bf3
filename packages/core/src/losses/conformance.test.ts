import { loadEngine } from '@gradalign/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { corePlugin } from '../configuration/core-plugin.ts';
import { type LossChecksOptions, lossChecks } from '../testing/loss-checks.ts';

beforeAll(async () => {
  await loadEngine();
});

/** Besides the defaults. λ of the ramp at half of the run is 2/(1 + e^-5) - 1. */
const variants: Readonly<Record<string, readonly LossChecksOptions[]>> = {
  'cross-entropy': [{ classes: ['a', 'b', 'c'] }],
  'domain-adversarial': [
    { reversal: 0.9866143 },
    { options: { of: 'bona-fide', schedule: 'constant', reversal: 0.3, hidden: [4, 3], weight: 0.1 }, reversal: 0.3 },
  ],
  'asymmetric-triplet': [{}, { options: { mining: 'hardest', margin: 0.5 } }],
};

const losses = corePlugin.items.filter(({ kind }) => kind === 'loss');

it('every variant is of a loss that there is', () => {
  expect(Object.keys(variants).filter((name) => !losses.some((item) => item.name === name))).toEqual([]);
});

describe.each(losses.map((item) => [item.name, item] as const))('%s', (name, item) => {
  describe.each(variants[name] ?? [{}])('%o', (options) => {
    for (const check of lossChecks(item, options)) it(check.name, check.run);
  });
});
