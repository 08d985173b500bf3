import { expect, it } from 'vitest';
import { flattenExperiment } from './flatten-experiment.ts';

it('values stand under their paths, numbers of lists included', () => {
  const experiment = { seed: 3, losses: [{ use: 'a' }, { use: 'b', on: true }], data: { target: {} }, none: null };
  expect(flattenExperiment(experiment)).toEqual({ seed: '3', 'losses.0.use': 'a', 'losses.1.use': 'b', 'losses.1.on': 'true', none: 'null' });
});

it('a value of 600 characters has 500', () => {
  const { long } = flattenExperiment({ long: 'x'.repeat(600) });
  expect(long).toHaveLength(500);
  expect(long?.endsWith('x...')).toBe(true);
});
