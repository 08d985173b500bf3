import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Tallies } from './tally.ts';

it('counts go on from a file: 2 cases and 1 make 3, the next is number 3; those of another seed are refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-tally-'));
  const file = join(folder, 'counts.json');
  const first = Tallies.read(file, 7);
  first.count('kill', 'train', 'same bytes after 1 kill');
  first.count('kill', 'train', 'broken', 'case 1: other bytes');
  first.next['kill'] = 2;
  writeFileSync(file, JSON.stringify(first));
  const second = Tallies.read(file, 7);
  second.count('kill', 'train', 'same bytes after 1 kill');
  expect(second.all).toEqual([
    { series: 'kill', kind: 'train', cases: 3, ended: { 'same bytes after 1 kill': 2, broken: 1 }, broken: ['case 1: other bytes'] },
  ]);
  expect([second.next['kill'], second.broken]).toEqual([2, ['kill, train: case 1: other bytes']]);
  expect(() => Tallies.read(file, 8)).toThrow('it counts cases of seed 7, expected seed 8');
  expect(Tallies.sum([file, file], 7)).toMatchObject({
    all: [
      { series: 'kill', kind: 'train', cases: 4, ended: { 'same bytes after 1 kill': 2, broken: 2 }, broken: ['case 1: other bytes', 'case 1: other bytes'] },
    ],
  });
  expect(() => Tallies.sum([join(folder, 'none.json')], 7)).toThrow('it does not exist, expected a file that --counts wrote');
  rmSync(folder, { recursive: true });
});
