import { expect, it } from 'vitest';
import { matchesPattern } from './name-pattern.ts';

it.each([
  ['head/**', 'head/kernel', true],
  ['head/**', 'header/kernel', false],
  ['head/**', 'layer1/head/kernel', false],
  ['!head/**', 'head/kernel', false],
  ['!head/**', 'layer1/0/conv1/kernel', true],
  ['**/gamma', 'layer1/0/bn1/gamma', true],
  ['**/gamma', 'gamma', true],
  ['layer*/0/**', 'layer3/0/bn1/gamma', true],
  ['layer*/0/**', 'layer3/1/bn1/gamma', false],
  ['layer1/*/kernel', 'layer1/0/conv1/kernel', false],
  ['layer1/**/kernel', 'layer1/0/conv1/kernel', true],
  ['layer1/**/kernel', 'layer1/kernel', true],
  ['**', 'anything/at/all', true],
  ['bn.1/*', 'bnx1/gamma', false],
])('%s against %s: %s', (pattern, name, expected) => {
  expect(matchesPattern(pattern, name)).toBe(expected);
});

it('takes no longer for a pattern of 200 stars: it is as a single one', () => {
  const name = `${'layer/'.repeat(40)}kernel`;
  const started = performance.now();
  expect(matchesPattern(`${'**/'.repeat(200)}kernel`, name)).toBe(true);
  expect(matchesPattern(`${'**/'.repeat(200)}bias`, name)).toBe(false);
  expect(matchesPattern(`${'*a'.repeat(100)}b`, 'a'.repeat(200))).toBe(false);
  expect(performance.now() - started).toBeLessThan(500);
});
