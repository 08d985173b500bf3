import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createImageLoader, type ImageLoaderOptions, type ImageRequest, type LoadedImages } from './image-loader.ts';

let folder: string;
let plugin: string;
let paths: string[];

/** As a plugin's file is, without any import: `shift` draws where it looks, `exit` ends its thread, `fail` throws, `invert` works on pixels. */
const pluginSource = `
const item = (name, create) => ({ kind: 'augmentation', name, summary: '', options: {}, create });
export default { name: 'test', items: [
  item('shift', ({ by }) => ({ geometry: (map, size, random) => ({ ...map, x0: random.uniform(-by, by), y0: random.uniform(-by, by) }) })),
  item('exit', () => ({ geometry: () => process.exit(3) })),
  item('fail', () => ({ geometry: () => { throw new RangeError('not this one'); } })),
  item('add', ({ most }) => ({ pixels: (image, random) => { const by = random.integer(most); return { ...image, data: image.data.map((v) => v + by) }; } })),
  item('turn', () => ({ clips: true, interpolation: 'bicubic', geometry: ({ xx, xy, x0, yx, yy, y0 }, size, random) => {
    const [cos, sin] = [Math.cos(random.uniform(0, 6)), Math.sin(random.uniform(0, 6))];
    return { xx: xx * cos + xy * sin, xy: xy * cos - xx * sin, x0, yx: yx * cos + yy * sin, yy: yy * cos - yx * sin, y0 };
  } })),
  item('darken', ({ by }) => ({ view: (view, random) => ({ ...view, data: view.data.map((v) => Math.max(0, v - by * random.uniform())) }) })),
  item('shorten', () => ({ view: (view) => ({ ...view, data: view.data.slice(view.width * view.channels), height: view.height - 1 }) })),
  item('cubic', () => ({ interpolation: 'cubic', geometry: (map) => map })),
  item('patch', () => ({ erase: (random, size) => [{ left: 0, top: 0, right: 4 / size, bottom: 1, fill: 'region-mean' }] })),
  item('invert', () => ({ pixels: async (image) => ({ ...image, data: image.data.map((v) => 255 - v) }) })),
] };`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gradalign loader-'));
  plugin = join(folder, 'plugin.mjs');
  writeFileSync(plugin, pluginSource);
  paths = await Promise.all(
    Array.from({ length: 10 }, async (_, n) => {
      const path = join(folder, `${n}.jpg`);
      const data = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (Math.imul(i + 77 * n, 2654435761) >>> 24) / 2 + 10 * n);
      await sharp(data, { raw: { width: 40, height: 30, channels: 3 } })
        .jpeg()
        .toFile(path);
      return path;
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const image = { size: 16, mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4] };
const loader = (options: Partial<ImageLoaderOptions> = {}) =>
  createImageLoader({ image, augment: [{ use: 'shift', by: 5 }], pluginFiles: [pathToFileURL(plugin).href], workers: 0, seed: 7, ...options });
const requests = (count: number, views = 2): ImageRequest[] =>
  Array.from({ length: count }, (_, n) => ({ source: { path: paths[n % paths.length] as string }, keys: ['test', n], views }));
const view = 16 * 16 * 3;

it('gives the same bits whatever the number of workers, the size of the call and the order of the calls', async () => {
  const wanted = requests(21);
  await using here = loader();
  const expected = await here.load(wanted);
  expect(expected.data).toHaveLength(2 * 21 * view);
  expect(expected.broken).toEqual([]);
  for (const workers of [1, 2, 3]) {
    await using other = loader({ workers });
    const [tail, all] = await Promise.all([other.load(wanted.slice(16)), other.load(wanted)]);
    expect(Buffer.compare(Buffer.from(all.data.buffer), Buffer.from(expected.data.buffer)), `${workers} workers`).toBe(0);
    expect([...tail.data.subarray(0, view)]).toEqual([...expected.data.subarray(16 * view, 17 * view)]);
  }
});

it('all first views come first; views differ, and so do seeds and keys', async () => {
  await using one = loader();
  await using two = loader({ seed: 8 });
  const wanted = requests(2);
  const { data } = await one.load([...wanted, { ...wanted[0], keys: ['other'] } as ImageRequest]);
  const other = (await two.load(wanted)).data;
  const parts = Array.from({ length: 6 }, (_, i) => data.slice(i * view, (i + 1) * view).join());
  expect(new Set([...parts, other.slice(0, view).join()]).size).toBe(7);
  const single = await one.load([{ ...wanted[1], views: 1 } as ImageRequest]);
  expect(single.data.join()).toBe(parts[1]);
});

it('without keys it is the whole image at the size asked for, the same in each view, and no plugin is imported', async () => {
  await using plain = loader({ pluginFiles: ['file:///nowhere.mjs'] });
  const [first] = requests(1);
  const { data } = await plain.load([{ source: (first as ImageRequest).source, views: 2 }]);
  expect(data.slice(0, view)).toEqual(data.slice(view));
  const mean =
    data
      .slice(0, view)
      .filter((_, i) => i % 3 === 0)
      .reduce((sum, v) => sum + v, 0) / 256;
  const { channels } = await sharp(paths[0]).stats();
  expect(mean * 0.2 + 0.5).toBeCloseTo((channels[0]?.mean as number) / 255, 2);
});

it('one channel is made of color files where the experiment has one, and pixels from memory need no file', async () => {
  await using gray = loader({ image: { size: 2, mean: [0], std: [1] }, augment: [] });
  const { data } = await gray.load([{ source: { pixels: Uint8Array.from([0, 51, 102, 255]), width: 2, height: 2, channels: 1 }, keys: [0], views: 1 }]);
  expect([...data].map((v) => Math.round(v * 255))).toEqual([0, 51, 102, 255]);
  expect((await gray.load(requests(1))).data).toHaveLength(2 * 4);
});

it('passes, views and fills too give the same bits with workers; hooks of a plugin that return something else are named', async () => {
  const augment = [{ use: 'shift', by: 3 }, { use: 'turn' }, { use: 'darken', by: 40 }, { use: 'patch' }];
  await using here = loader({ augment });
  await using threads = loader({ augment, workers: 2 });
  const { data } = await here.load(requests(5));
  expect((await threads.load(requests(5))).data).toEqual(data);
  // The first four columns have the mean of what they cover in each channel.
  for (let row = 1; row < 16; row++) expect(data[row * 48 + 3]).toBe(data[0]);
  await using short = loader({ augment: [{ use: 'shorten' }] });
  await expect(short.load(requests(1))).rejects.toThrow(
    /shorten.*view\(\) returns 720 values for 16 x 15 x 3.*expected an image of 3 channels and 16 x 16 pixels/s,
  );
  await using odd = loader({ augment: [{ use: 'cubic' }] });
  await expect(odd.load(requests(1))).rejects.toThrow(/cubic.*returns interpolation "cubic".*expected one of bilinear, bilinear-antialias, bicubic/s);
});

it('names the images that cannot be read by their place, leaves zeros there, and loads the others', async () => {
  writeFileSync(join(folder, 'empty.jpg'), '');
  const wanted = requests(12);
  const broken = [3, 9];
  for (const n of broken) wanted[n] = { ...(wanted[n] as ImageRequest), source: { path: join(folder, 'empty.jpg') } };
  for (const workers of [0, 2]) {
    await using some = loader({ workers });
    const loaded = await some.load(wanted);
    expect(loaded.broken.map(({ index }) => index)).toEqual(broken);
    expect(loaded.broken[0]?.message).toContain(`Cannot read image ${join(folder, 'empty.jpg')}: the file is empty`);
    const empty = Array.from({ length: 24 }, (_, i) => loaded.data.subarray(i * view, (i + 1) * view).every((v) => v === 0));
    expect(empty.flatMap((is, i) => (is ? [i] : []))).toEqual([3, 9, 15, 21]);
  }
});

it('augmentations on pixels run before the map, on a copy of their own', async () => {
  const source = { pixels: Uint8Array.from([10, 20, 30, 40]), width: 2, height: 2, channels: 1 as const };
  await using inverting = loader({ image: { size: 2, mean: [0], std: [1] }, augment: [{ use: 'invert' }] });
  const { data } = await inverting.load([{ source, keys: [0], views: 2 }]);
  expect([...data].map((v) => Math.round(v * 255))).toEqual([245, 235, 225, 215, 245, 235, 225, 215]);
});

const through = (path: string, key: string, ...augmentations: { use: string; [option: string]: unknown }[]) => ({ path, through: { augmentations, key } });
const bits = (values: Float32Array) => createHash('sha256').update(values).digest('hex');

it('a source may go through pixel augmentations first: the image is then what comes out of them, once for all views', async () => {
  await using plain = loader({ augment: [] });
  const path = paths[1] as string;
  const { data } = await plain.load([
    { source: { path }, keys: [0], views: 2 },
    { source: through(path, 'x', { use: 'invert' }), keys: [0], views: 2 },
  ]);
  const [file, inverted] = [data.subarray(0, view), data.subarray(view, 2 * view)];
  // v / 255 and 1 - v / 255 up to rounding, normalized with mean 0.5 and deviation 0.2 in the first channel
  for (let i = 0; i < view; i += 3) expect((file[i] as number) * 0.2 + 0.5 + (inverted[i] as number) * 0.2 + 0.5).toBeCloseTo(1, 2);
  expect(data.subarray(3 * view)).toEqual(inverted);
});

it('what a source goes through is drawn anew in training, and by its key in evaluation; the same bits with workers and a cache', async () => {
  const path = paths[2] as string;
  const source = (key: string) => through(path, key, { use: 'add', most: 60 });
  const training: ImageRequest[] = [0, 1, 2, 3].map((n) => ({ source: source('a'), keys: ['train', n], views: 2 }));
  const evaluation: ImageRequest[] = ['a', 'b', 'c', 'a'].map((key) => ({ source: source(key), views: 1 }));
  const results: string[] = [];
  for (const options of [{ workers: 0 }, { workers: 2 }, { workers: 1, cacheBytes: 2 ** 20 }]) {
    await using some = loader({ augment: [], ...options });
    const [drawn, fixed, again] = [await some.load(training), await some.load(evaluation), await some.load(evaluation)];
    const part = (values: Float32Array, i: number) => bits(values.slice(i * view, (i + 1) * view));
    expect(new Set([0, 1, 2, 3].map((i) => part(drawn.data, i))).size).toBeGreaterThan(2);
    expect(part(fixed.data, 0)).toBe(part(fixed.data, 3));
    expect(new Set([0, 1, 2].map((i) => part(fixed.data, i))).size).toBe(3);
    expect(bits(again.data)).toBe(bits(fixed.data));
    results.push(bits(drawn.data) + bits(fixed.data));
  }
  expect(new Set(results).size).toBe(1);
  await using other = loader({ augment: [], seed: 8 });
  expect(results[0]).toContain(bits((await other.load(evaluation)).data));
});

it('an augmentation that does not work on pixels cannot make another picture of a source', async () => {
  await using some = loader({ augment: [] });
  await expect(some.load([{ source: through(paths[0] as string, 'x', { use: 'shift', by: 1 }), views: 1 }])).rejects.toThrow(
    "Cannot send an image through 'shift': it does not work on pixels",
  );
});

it('an augmentation that throws fails the call with what it said', async () => {
  for (const workers of [0, 1]) {
    await using failing = loader({ workers, augment: [{ use: 'fail' }] });
    await expect(failing.load(requests(3))).rejects.toThrow('not this one');
  }
});

it('an augmentation that no plugin offers is an error that names it', async () => {
  await using wrong = loader({ workers: 1, augment: [{ use: 'shrift' }] });
  await expect(wrong.load(requests(1))).rejects.toThrow(
    "Cannot use augmentation 'shrift': no plugin offers it, expected one of shift, exit, fail, add, turn, darken, shorten, cubic, patch, invert",
  );
});

it('a worker that ends fails what it was loading and all that follows, at once', async () => {
  await using ending = loader({ workers: 2, augment: [{ use: 'exit' }] });
  const message = 'Cannot load images: a worker thread ended with code 3, expected it to run until the loader is closed';
  await expect(ending.load(requests(20))).rejects.toThrow(message);
  await expect(ending.load(requests(1))).rejects.toThrow(message);
});

it('closing rejects what is being loaded and what comes later', async () => {
  const closing = loader({ workers: 2 });
  await closing.load(requests(2));
  const open = closing.load(requests(300));
  open.catch(() => {});
  await closing.close();
  await expect(open).rejects.toThrow('Cannot load images: the loader is closed');
  await expect(closing.load(requests(1))).rejects.toThrow('Cannot load images: the loader is closed');
});

it('refuses different numbers of views in a call, and a mean of two channels', async () => {
  await using some = loader();
  await expect(some.load([...requests(1, 1), ...requests(1, 2)])).rejects.toThrow('1 and 2 views are asked for at once, expected the same number for all');
  expect(() => loader({ image: { size: 2, mean: [0, 0], std: [1, 1] } })).toThrow('the mean has 2 values');
});

it('no requests are no images', async () => {
  await using some = loader({ workers: 1 });
  expect(await some.load([])).toEqual({ data: new Float32Array(0), broken: [] });
});

it('a process that forgot to close its loader ends all the same, and neither sharp nor TensorFlow is loaded before they are needed', () => {
  const script = join(folder, 'script.mts');
  writeFileSync(
    script,
    `import { createImageLoader } from ${JSON.stringify(new URL('image-loader.ts', import.meta.url).href)};
    const libraries = () => process.report.getReport().sharedObjects.filter((name) => /vips|tensorflow/.test(name)).length;
    const loader = createImageLoader(${JSON.stringify({ image, augment: [], pluginFiles: [], workers: 2, seed: 1 })});
    const before = libraries();
    const { broken } = await loader.load([{ source: { path: ${JSON.stringify(paths[0])} }, keys: [1], views: 2 }]);
    console.log(JSON.stringify({ before, after: libraries() > 0, broken }));`,
  );
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--conditions=@gradalign/source', '--import', tsx, script], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect({ stdout: stdout.trim(), stderr, status }).toEqual({ stdout: '{"before":0,"after":true,"broken":[]}', stderr: '', status: 0 });
});

it('memory stays flat: 4,000 more images leave the process no more than 40 MB larger', async () => {
  await using some = loader({ workers: 2 });
  const load = async (times: number) => {
    for (let i = 0; i < times; i++) await some.load(requests(100));
  };
  await load(15);
  const before = process.memoryUsage.rss();
  await load(40);
  expect((process.memoryUsage.rss() - before) / 2 ** 20).toBeLessThan(40);
});

it('a cache of decoded images gives the same bits, reads no file twice, and holds no more than its budget', async () => {
  const own = mkdtempSync(join(tmpdir(), 'gradalign cache-'));
  const large = join(own, 'large.jpg');
  // Large enough to be decoded at part of its size where a view allows that.
  const noise = Uint8Array.from({ length: 400 * 300 * 3 }, (_, i) => Math.imul(i, 2654435761) >>> 24);
  await sharp(noise, { raw: { width: 400, height: 300, channels: 3 } })
    .jpeg()
    .toFile(large);
  const copies = await Promise.all(
    paths.map(async (path, n) => {
      const copy = join(own, `${n}.jpg`);
      await copyFile(path, copy);
      return copy;
    }),
  );
  const wanted = [...copies, large, large].map((path, n): ImageRequest => ({ source: { path }, keys: [n], views: 2 }));
  // First through pixels at full size, then folded, then whole: what the cache holds of one is not taken for the others.
  const inverted = { path: large, through: { augmentations: [{ use: 'invert' }], key: 'x' } };
  wanted.unshift({ source: inverted, keys: ['i'], views: 2 });
  const whole: ImageRequest[] = [{ source: { path: large }, views: 1 }];
  try {
    for (const workers of [0, 2]) {
      await using plain = loader({ workers });
      await using caching = loader({ workers, cacheBytes: 2 ** 20 });
      const expected = [await plain.load(wanted), await plain.load(whole)];
      for (let epoch = 0; epoch < 2; epoch++) {
        const loaded = [await caching.load(wanted), await caching.load(whole)];
        for (const [i, { data, broken }] of loaded.entries()) {
          expect(broken).toEqual([]);
          expect(Buffer.compare(Buffer.from(data.buffer), Buffer.from((expected[i] as LoadedImages).data.buffer))).toBe(0);
        }
      }
    }
    await using small = loader({ workers: 2, cacheBytes: 5 * 40 * 30 * 3 });
    await using enough = loader({ workers: 2, cacheBytes: 2 ** 20 });
    for (const one of [small, enough]) await one.load(wanted.slice(1, 11));
    for (const path of copies) rmSync(path);
    expect((await enough.load(wanted.slice(1, 11))).broken).toEqual([]);
    expect((await small.load(wanted.slice(1, 11))).broken).toHaveLength(5);
  } finally {
    rmSync(own, { recursive: true });
  }
});

it('memory that is given back is used again, and a broken image leaves zeros there too', async () => {
  await using some = loader({ workers: 2 });
  const first = (await some.load(requests(8))).data;
  const { buffer } = first;
  some.recycle?.(first);
  const wanted = requests(8);
  wanted[5] = { ...(wanted[5] as ImageRequest), source: { path: join(folder, 'nowhere.jpg') } };
  const second = await some.load(wanted);
  expect(second.data.buffer).toBe(buffer);
  expect(second.broken.map(({ index }) => index)).toEqual([5]);
  expect(second.data.subarray(5 * view, 6 * view).every((v) => v === 0)).toBe(true);
});
