import { expect, test } from 'vitest';
import { cutToWidth, displayWidth, shortenInMiddle } from './display-width.ts';

test.each([
  ['', 0],
  ['gac', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['顔', 2],
  ['ﾊ', 1],
  ['한글', 4],
  ['😀', 2],
  ['👩‍💻', 2],
  ['❤️', 2],
  ['7', 1],
])('%j takes %i columns', (text, columns) => {
  expect(displayWidth(text)).toBe(columns);
});

test('a text is cut to its columns, and never in the middle of a character', () => {
  expect(cutToWidth('training', 5)).toBe('train');
  expect(cutToWidth('顔顔顔', 5)).toBe('顔顔');
  expect(cutToWidth('ae\u0301b', 2)).toBe('ae\u0301');
  expect(cutToWidth('short', 80)).toBe('short');
});

test('a long name keeps its beginning and its end', () => {
  expect(shortenInMiddle('gac-with-a-long-name-7', 9)).toBe('gac-…me-7');
  expect(shortenInMiddle('gac', 3)).toBe('gac');
  expect(shortenInMiddle('顔顔顔顔', 5)).toBe('顔…顔');
  expect(shortenInMiddle('gac', 1)).toBe('…');
  expect(shortenInMiddle('gac', 0)).toBe('');
});
