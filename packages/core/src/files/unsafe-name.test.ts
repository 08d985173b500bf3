import { expect, it } from 'vitest';
import { fileNameKey, unsafeName } from './unsafe-name.ts';

it.each(['office', 'x y', '007', '😀', '数据', 'a.b', 'oci-to-m', 'n'.repeat(100), 'console', 'com', 'a~b', 'é'.repeat(50)])('%j can be a file', (name) => {
  expect(unsafeName(name)).toBeUndefined();
});

it.each([
  ['', /empty/],
  ['a/b', /separator/],
  ['..\\x', /separator/],
  ['.', /begins with a dot/],
  ['..', /begins with a dot/],
  ['.hidden', /begins with a dot/],
  ['a.', /ends with a dot/],
  ['a ', /ends with a space/],
  [' a', /begins with a space/],
  ['c:d', /it has : in it/],
  ['a*', /it has \* in it/],
  ['a\u0000b', /control/],
  ['a\nb', /control/],
  ['a\u001b[31m', /control/],
  ['a\u202eb', /control/],
  ['\ud800', /Unicode/],
  ['con', /Windows/],
  ['NUL.csv', /Windows/],
  ['Com1', /Windows/],
  ['n'.repeat(101), /101 bytes/],
  ['😀'.repeat(26), /104 bytes/],
])('%j cannot', (name, reason) => {
  expect(unsafeName(name)).toMatch(reason);
});

it('A and a, and é in one or two letters, are one file', () => {
  expect(fileNameKey('A')).toBe(fileNameKey('a'));
  expect(fileNameKey('\u00e9')).toBe(fileNameKey('e\u0301'));
});
