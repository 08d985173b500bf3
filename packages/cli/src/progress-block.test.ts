import { expect, test } from 'vitest';
import { fitBlock, linesTaken, plainBlock } from './progress-block.ts';

const rows = [
  { name: 'gac, office, seed 0', text: 'training 30%  12.3/s  120/400 steps  loss 0.412' },
  { name: 'erm-with-a-long-name, street, seed 12', text: 'starting' },
  { text: '3/80 runs finished, 2 h 5 min left, 2 running' },
];

test('on a wide terminal names stand in one column, and nothing is cut', () => {
  expect(fitBlock(rows, { columns: 120, height: 24 })).toEqual([
    '  gac, office, seed 0                  : training 30%  12.3/s  120/400 steps  loss 0.412',
    '  erm-with-a-long-name, street, seed 12: starting',
    '3/80 runs finished, 2 h 5 min left, 2 running',
  ]);
});

test('on one of 40 columns each line has at most 39: names lose their middle, progress its end', () => {
  const lines = fitBlock(rows, { columns: 40, height: 24 });
  expect(lines).toEqual(['  gac, o…eed 0: training 30%  12.3/s  1', '  erm-wi…ed 12: starting', '3/80 runs finished, 2 h 5 min left, 2 r']);
});

test.each([1, 2, 3, 5, 10, 16, 20])('one of %i columns is never written beyond', (columns) => {
  for (const line of fitBlock(rows, { columns, height: 24 })) expect(line.length).toBeLessThan(columns);
});

test('20 runs on a screen of 10 lines take 8: 6 of them, how many are hidden, and the whole', () => {
  const many = [...Array.from({ length: 20 }, (_, i) => ({ name: `erm, office, seed ${i}`, text: 'starting' })), { text: 'all' }];
  const lines = fitBlock(many, { columns: 80, height: 10 });
  expect(lines).toHaveLength(8);
  expect(lines.slice(-3)).toEqual(['  erm, office, seed 5: starting', '  … and 14 more', 'all']);
  expect(fitBlock(many, { columns: 80, height: 1 })).toEqual(['all']);
});

test('lines of 39 and 10 columns take 4 lines of a screen that is 15 wide now', () => {
  expect(linesTaken(['x'.repeat(39), 'x'.repeat(10)], 15)).toBe(4);
  expect(linesTaken(['', 'x'.repeat(39)], 40)).toBe(2);
});

test('elsewhere the lines are whole, without control characters', () => {
  expect(plainBlock([{ name: 'a\x1b[2J', text: 'b\nc' }, { text: 'all' }])).toEqual(['  a^[[2J: b^Jc', 'all']);
});
