import { expect, it } from 'vitest';
import { countSettings } from './count-settings.ts';

it('two flags and the whole numbers 0 to 3 are 2 x 4 = 8 settings; a range of numbers has no end of them', () => {
  expect(countSettings({ a: { choice: [true, false] }, b: { integer: [0, 3] } })).toBe(8);
  expect(countSettings({ a: { choice: [true, false] }, b: { linear: [0, 3] } })).toBe(Number.POSITIVE_INFINITY);
  expect(countSettings({ a: { log: [1, 3] } })).toBe(Number.POSITIVE_INFINITY);
});
