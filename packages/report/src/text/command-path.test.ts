import { expect, it } from 'vitest';
import { commandPath } from './command-path.ts';

it.each([
  ['runs/a/', 'runs/a'],
  ['runs/größe-1', 'runs/größe-1'],
  ['my runs/a', "'my runs/a'"],
  ["it's/$HOME", "'it'\\''s/$HOME'"],
])('%s is written %s in a command', (path, written) => {
  expect(commandPath(path)).toBe(written);
});
