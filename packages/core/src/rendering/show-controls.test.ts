import { expect, it } from 'vitest';
import { renderTable } from './render-table.ts';
import { showControls, showOnOneLine } from './show-controls.ts';

it.each([
  ['\x1b[2J\x1b]0;title\x07', '^[[2J^[]0;title^G'],
  ['a\rb\bc\x7fd\x00', 'a^Mb^Hc^?d^@'],
  ['\x9b31m', '\\x9b31m'],
  ['user\u202etxt.exe', 'user\\u202etxt.exe'],
  ['\ud800', '\\ud800'],
  ['Zoë 東京 😀\tline\n', 'Zoë 東京 😀\tline\n'],
])('%j is shown as %s', (text, shown) => {
  expect(showControls(text)).toBe(shown);
});

it('in a cell a line break is shown too, and columns are as wide as what is shown', () => {
  expect(showOnOneLine('a\nb\tc')).toBe('a^Jb^Ic');
  expect(
    renderTable(
      [
        ['\x1b[1m', '1'],
        ['abcdefg', '23'],
      ],
      1,
    ),
  ).toBe('  ^[[1m     1\n  abcdefg  23');
});
