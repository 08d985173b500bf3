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
