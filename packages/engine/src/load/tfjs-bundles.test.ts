import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { removeStagings } from './tfjs-bundles.ts';

test('what a process that died left of its bundling is removed, that of this process and the bundles stay', () => {
  const cache = temporaryFolder();
  const own = `.tfjs-${process.pid}-abc`;
  for (const name of ['.tfjs-4194305-abc', own, 'tfjs-7ed9c92543']) mkdirSync(join(cache, name));
  removeStagings(cache);
  expect(readdirSync(cache).sort()).toEqual([own, 'tfjs-7ed9c92543']);
});
