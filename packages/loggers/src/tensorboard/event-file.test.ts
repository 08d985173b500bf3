import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEventFile } from './event-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradalign-events-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('what is added is in the file after a flush, and only then', () => {
  using file = createEventFile(folder);
  file.add(0, [{ tag: 'loss/total', scalar: 1 }]);
  expect(readFileSync(file.path)).toHaveLength(0);
  file.flush();
  expect(readFileSync(file.path).includes('loss/total')).toBe(true);
  expect(readFileSync(file.path).includes('brain.Event:2')).toBe(true);
});

it('a later file sorts after the earlier ones, within one second and with a clock that was set back', () => {
  const seconds = () => {
    using file = createEventFile(folder);
    return Number(basename(file.path).split('.')[3]);
  };
  const first = seconds();
  expect(seconds()).toBe(first + 1);
  writeFileSync(join(folder, 'events.out.tfevents.4000000000.elsewhere.1.0'), '');
  expect(seconds()).toBe(4_000_000_001);
});
