import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { fakeWheels } from '../../test/fake-engine.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { wheelServer } from '../../test/wheel-server.ts';
import type { PinnedWheel } from '../installed/engine-lock.ts';
import { findOnIndex, linksOfHtml } from './package-index.ts';

let folder: string;
let wheel: PinnedWheel;

beforeEach(() => {
  folder = temporaryFolder();
  const [first] = fakeWheels(folder).wheels;
  if (first === undefined) throw new Error('no wheel');
  wheel = first;
});

test('a folder in find-links takes precedence over indexes', async () => {
  const settings = { indexUrls: ['http://127.0.0.1:9/simple'], findLinks: [join(folder, 'absent'), folder] };
  expect(await findOnIndex(wheel, settings)).toEqual({ file: join(folder, wheel.file) });
});

test.each(['json', 'html'] as const)('an index that answers in %s gives the absolute URL of the file', async (format) => {
  await using server = await wheelServer(folder, [wheel]);
  server.format = format;
  const found = await findOnIndex({ ...wheel, project: 'Gradalign_Fake.Engine' }, { indexUrls: [`${server.url}///`], findLinks: [] });
  expect(found).toEqual({ url: server.url.replace('/simple', `/files/${wheel.file}`) });
  expect(server.requests).toEqual(['GET /simple/gradalign-fake-engine/']);
});

test('the second index is asked if the first does not answer, and user and password are used for the file too', async () => {
  await using server = await wheelServer(folder, [wheel]);
  const secured = server.url.replace('http://', 'http://me:pass%21@');
  const found = await findOnIndex(wheel, { indexUrls: [`${server.url}/nothing-here`, secured], findLinks: [] });
  expect(found).toEqual({ url: secured.replace('/simple', `/files/${wheel.file}`) });
});

test('links are found in both kinds of quotes, without fragments and queries, with escapes undone', () => {
  const page = `<A HREF='../a-1%2B2.whl#sha256=0'>x</A>\n<a data-requires-python="&gt;=3" href="/f/b.whl?x=1&amp;y=2">b</a><a href="">nothing</a>`;
  expect([...linksOfHtml(page)]).toEqual([
    ['a-1+2.whl', '../a-1%2B2.whl'],
    ['b.whl', '/f/b.whl?x=1&y=2'],
  ]);
});
