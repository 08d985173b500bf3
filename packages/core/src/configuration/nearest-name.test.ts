import { expect, it } from 'vitest';
import { nearestName, suggestion } from './nearest-name.ts';

it('finds the name that a slip of the finger missed, and none that is far off', () => {
  const known = ['learningRate', 'momentum', 'weightDecay'];
  expect(nearestName('learningrate', known)).toBe('learningRate');
  expect(nearestName('momentun', known)).toBe('momentum');
  expect(nearestName('rho', known)).toBeUndefined();
  expect(suggestion('wieghtDecay', known)).toBe("; did you mean 'weightDecay'?");
  expect(suggestion('x', known)).toBe('');
});
