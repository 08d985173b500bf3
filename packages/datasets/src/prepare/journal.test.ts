import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../test/prepare-videos.ts';
import { type ClipRecord, openJournal } from './journal.ts';

const folder = scratchFolder();
const record = (id: string, more: Partial<ClipRecord> = {}): ClipRecord => ({
  id,
  source: '7 bytes',
  status: 'prepared',
  folder: id,
  frames: 1,
  framesWithoutFace: 0,
  rows: [[`${id}/00000.jpg`, 'd']],
  ...more,
});

test('what is added is there at once and when it is opened again, sorted; the last line of a clip counts', () => {
  const path = join(folder, 'new/a.jsonl');
  const expected = [record('A'), record('ä, "1"', { frames: 2 }), record('张')];
  {
    using journal = openJournal(path);
    for (const one of [record('张'), record('ä, "1"'), record('A'), record('ä, "1"', { frames: 2 })]) journal.add(one);
    expect([...journal.records()]).toEqual(expected);
    expect(journal.get('ä, "1"')?.frames).toBe(2);
    expect(journal.get('B')).toBeUndefined();
  }
  using again = openJournal(path);
  expect([...again.records()]).toEqual(expected);
});

test('a torn last line is cut off, and one that cannot be read is passed over', () => {
  const path = join(folder, 'torn.jsonl');
  {
    using journal = openJournal(path);
    journal.add(record('a'));
    appendFileSync(path, '{"id":"half\n{"id":"b","frames"');
  }
  using journal = openJournal(path);
  expect([...journal.records()]).toEqual([record('a')]);
  journal.add(record('c'));
  expect(journal.get('c')).toEqual(record('c'));
  expect(readFileSync(path, 'utf8').split('\n').at(-2)).toBe(JSON.stringify(record('c')));
});

test('lines longer than a piece of a megabyte that is read at a time, and lines across the ends of pieces', () => {
  const path = join(folder, 'long.jsonl');
  const all = Array.from({ length: 40 }, (_, i) => record(String(100 + i), { reason: 'é'.repeat(i === 7 ? 1_300_000 : 31_003) }));
  {
    using journal = openJournal(path);
    for (const one of all) journal.add(one);
  }
  expect(statSync(path).size).toBeGreaterThan(4e6);
  using journal = openJournal(path);
  expect([...journal.records()]).toEqual(all);
});
