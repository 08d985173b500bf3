import { expect, it } from 'vitest';
import { byCodePoint } from './code-point-order.ts';

it('orders capitals before small letters, prefixes first, and signs beyond 16 bits last', () => {
  const ordered = ['', 'A', 'B', 'a', 'a/b', 'a0', 'b', 'é', '李', '\uFFFD', '😀', '😁'];
  expect([...ordered].reverse().sort(byCodePoint)).toEqual(ordered);
});

it('agrees with the order of UTF-8 bytes', () => {
  const texts = ['a\u{1F600}', 'a\uFB01', 'a', '\u{10FFFF}', '\uD7FF', '\uE000'];
  expect([...texts].sort(byCodePoint)).toEqual([...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
});
