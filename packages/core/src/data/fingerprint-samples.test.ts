import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Sample } from '../contracts/dataset.ts';
import { contentDigest } from '../files/content-digest.ts';
import { openDigestCache } from '../files/digest-cache.ts';
import { describeDataChange, fingerprintSamples } from './fingerprint-samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign fingerprint ä-'));
afterAll(() => rmSync(folder, { recursive: true }));

const classes = ['attack', 'live'];
mkdirSync(join(folder, 'a'));
for (let i = 0; i < 3; i++) writeFileSync(join(folder, `a/${i}.png`), `picture ${i}`);
const samples = (root: string): Sample[] =>
  [0, 1, 2].map((i) => ({ id: `${i}.png`, image: { path: join(folder, root, `${i}.png`) }, label: i % 2, split: 'train', subject: `s${i}`, video: `v${i}` }));
const of = (root: string, change: (all: Sample[]) => Sample[] = (all) => all) => fingerprintSamples(change(samples(root)), classes);

it('the same pictures elsewhere, later and in another order are the same', () => {
  cpSync(join(folder, 'a'), join(folder, 'b'), { recursive: true });
  utimesSync(join(folder, 'b/0.png'), 1, 1);
  expect(of('b', (all) => all.reverse())).toEqual(of('a'));
});

it.each<[string, (all: Sample[]) => Sample[], string]>([
  ['a sample more', (all) => [...all, { ...(all[0] as Sample), id: 'new.png' }], '1 sample more (new.png)'],
  ['a sample less', (all) => all.slice(1), '1 sample fewer (0.png)'],
  ['another label', ([first, ...rest]) => [{ ...(first as Sample), label: 1 }, ...rest], '1 sample with other content or labels (0.png)'],
  ['another subject', ([first, ...rest]) => [{ ...(first as Sample), subject: 'x' }, ...rest], '1 sample with other content or labels (0.png)'],
  ['another split', ([first, ...rest]) => [{ ...(first as Sample), split: 'dev' }, ...rest], '1 sample with other content or labels (0.png)'],
  [
    'a box',
    ([first, ...rest]) => [{ ...(first as Sample), image: { path: join(folder, 'a/0.png'), box: { x: 0, y: 0, width: 1, height: 1 } } }, ...rest],
    '1 sample with',
  ],
])('%s is other data', (_, change, message) => {
  expect(describeDataChange(of('a'), of('a', change))).toContain(message);
});

it('another picture of the same size, and one that is gone, are other data', () => {
  cpSync(join(folder, 'a'), join(folder, 'c'), { recursive: true });
  writeFileSync(join(folder, 'c/1.png'), 'pictura 1');
  expect(describeDataChange(of('a'), of('c'))).toBe('1 sample with other content or labels (1.png)');
  rmSync(join(folder, 'c/1.png'));
  expect(describeDataChange(of('a'), of('c'))).toBe('1 sample with other content or labels (1.png)');
});

it('pixels in memory count, and so do the names of the classes', () => {
  const pixels = (value: number): Sample[] => [
    { id: '0', image: { pixels: new Uint8Array([value, 0]), width: 2, height: 1, channels: 1 }, label: 0, split: 'train' },
  ];
  expect(fingerprintSamples(pixels(1), classes)).toEqual(fingerprintSamples(pixels(1), classes));
  expect(fingerprintSamples(pixels(1), classes).fingerprint).not.toBe(fingerprintSamples(pixels(2), classes).fingerprint);
  expect(fingerprintSamples(pixels(1), classes).fingerprint).not.toBe(fingerprintSamples(pixels(1), ['live', 'attack']).fingerprint);
});

it('a large file is known by its size and eight blocks from its first byte to its last', () => {
  const bytes = Buffer.alloc(1_000_000, 7);
  const file = join(folder, 'large');
  const digest = (at?: number) => {
    writeFileSync(file, at === undefined ? bytes : Buffer.from(bytes.map((byte, i) => (i === at ? 8 : byte))));
    return contentDigest(file, bytes.length);
  };
  const whole = digest();
  // (1,000,000 - 8,192) / 7 = 141,686 is where the second block begins; what lies before it and after the first is not seen.
  expect([0, 999_999, 141_686, 141_685].map((at) => digest(at) === whole)).toEqual([false, false, false, true]);
  expect(digest()).toBe(whole);
});

it('the cache forgets a file whose size, time or inode is another', async () => {
  const { statFile } = await import('../files/content-digest.ts');
  const cache = openDigestCache(join(folder, 'cached'));
  const file = join(folder, 'changing');
  writeFileSync(file, 'one');
  const digest = () => cache.digest(file, statFile(file) as never);
  const first = digest();
  writeFileSync(file, 'two');
  expect(digest()).not.toBe(first);
  expect(readFileSync(file, 'utf8')).toBe('two');
});
