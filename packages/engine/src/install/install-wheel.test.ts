import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeWheels, libraryText } from '../../test/fake-engine.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { PinnedWheel } from '../installed/engine-lock.ts';
import { installWheel } from './install-wheel.ts';

function wheelIn(folder: string): { readonly wheel: PinnedWheel; readonly wheels: string } {
  const wheels = join(folder, 'wheels');
  const [wheel] = fakeWheels(wheels).wheels as [PinnedWheel];
  return { wheel, wheels };
}

test('what an installation that was killed left in the cache is removed by the next one, which says so', async () => {
  const folder = temporaryFolder();
  const { wheel, wheels } = wheelIn(folder);
  const cache = join(folder, 'cache');
  const left = join(cache, '.staging-999999');
  mkdirSync(left, { recursive: true });
  writeFileSync(join(left, 'half'), 'half');
  const notices: string[] = [];
  const { dir, done } = await installWheel({ wheel, folder: 'fake', command: 'install', wheels, cache, notice: (message) => notices.push(message) });
  expect([done, readdirSync(cache)]).toEqual([true, ['fake']]);
  expect(notices).toEqual([`Removing ${left}, left by an installation that was stopped.`]);
  expect(readFileSync(join(dir, 'tensorflow/libtensorflow_cc.so.2'), 'utf8')).toBe(libraryText);
});

test('a manifest that lists something else than files counts as not installed', async () => {
  const folder = temporaryFolder();
  const { wheel, wheels } = wheelIn(folder);
  const cache = join(folder, 'cache');
  const install = () => installWheel({ wheel, folder: 'fake', command: 'install', wheels, cache });
  const { dir } = await install();
  expect((await install()).done).toBe(false);
  writeFileSync(join(dir, 'manifest.json'), '{"files":[null]}');
  expect((await install()).done).toBe(true);
});
