import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { fakeWheels } from '../../test/fake-engine.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { type WheelServer, wheelServer } from '../../test/wheel-server.ts';
import type { PinnedWheel } from '../installed/engine-lock.ts';
import { download } from './download.ts';

let folder: string;
let wheels: PinnedWheel[];
let target: string;

beforeEach(() => {
  folder = temporaryFolder();
  wheels = fakeWheels(folder).wheels;
  target = join(folder, 'downloaded');
});

function file(): PinnedWheel {
  const [wheel] = wheels;
  if (wheel === undefined) throw new Error('no wheel');
  return wheel;
}

function address(server: WheelServer): string {
  return server.url.replace(/simple$/, `files/${file().file}`);
}

test('from a server without ranges the whole file is requested again, and nothing is appended to the first half', async () => {
  await using server = await wheelServer(folder, wheels);
  server.ranges = false;
  server.cuts = 1;
  const interruptions: string[] = [];
  await download(address(server), target, { size: file().size, onInterruption: (why) => interruptions.push(why) });
  expect(readFileSync(target).equals(readFileSync(join(folder, file().file)))).toBe(true);
  expect(interruptions).toHaveLength(1);
  expect(existsSync(`${target}.part`)).toBe(false);
});

test('progress includes what an earlier attempt received', async () => {
  await using server = await wheelServer(folder, wheels);
  writeFileSync(`${target}.part`, readFileSync(join(folder, file().file)).subarray(0, 5000));
  const counts: number[] = [];
  await download(address(server), target, { size: file().size, onProgress: (done) => counts.push(done) });
  expect(counts[0]).toBeGreaterThan(5000);
  expect(counts.at(-1)).toBe(file().size);
});

test('a missing file is requested once', async () => {
  await using server = await wheelServer(folder, wheels);
  await expect(download(`${address(server)}.gone`, target, { size: 10 })).rejects.toThrow('the server answered 404');
  expect(server.requests).toHaveLength(1);
});

test('a file that is too long is not accepted', async () => {
  await using server = await wheelServer(folder, wheels);
  const stop = new AbortController();
  const onInterruption = (): void => stop.abort(); // instead of 5 more attempts
  await expect(download(address(server), target, { size: 100, onInterruption, signal: stop.signal })).rejects.toThrow();
  expect(existsSync(target)).toBe(false);
  expect(existsSync(`${target}.part`)).toBe(false);
});
