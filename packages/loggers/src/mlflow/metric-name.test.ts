import { expect, it } from 'vitest';
import { metricName } from './metric-name.ts';

it.each([
  ['loss/total', 'loss/total'],
  ['validation/tpr@fpr=1%', 'validation/tpr at fpr 1 percent'],
  ['cosine at the weights/a and b', 'cosine at the weights/a and b'],
])('%s is %s', (name, expected) => expect(metricName(name)).toBe(expected));

it('names that lose characters stay different, and no part of them climbs up', () => {
  const [first, second] = [metricName('loss/é'), metricName('loss/ü')];
  expect(first).toMatch(/^loss\/_-[0-9a-f]{8}$/);
  expect(first).not.toBe(second);
  expect(metricName('loss/../a')).toMatch(/^loss\/_\/a-/);
});

it('a name of 300 characters has 250', () => {
  expect(metricName('a'.repeat(300))).toHaveLength(250);
  expect(metricName('a'.repeat(300))).not.toBe(metricName('a'.repeat(301)));
});
