import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImageSource, Sample } from '../contracts/dataset.ts';
import { createSeed } from '../contracts/seed.ts';
import { createImageLoader, type ImageLoader } from '../images/image-loader.ts';
import { createDomainBatches, type DomainBatchesOptions, type LoadedBatch } from './domain-batches.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradalign batches-'));
  const source = `export default { name: 'test', items: [{ kind: 'augmentation', name: 'dim', summary: '', options: {},
    create: () => ({ color: (random) => ({ matrix: [[1]], offset: [random.uniform(0, 0.01)] }) }) }] };`;
  writeFileSync(join(folder, 'plugin.mjs'), source);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** An image of one pixel, whose value tells which it is. */
const pixel = (value: number): ImageSource => ({ pixels: Uint8Array.from([value]), width: 1, height: 1, channels: 1 });
const broken = (name: string): ImageSource => ({ path: join(folder, name) });

/** Values 10 d .. 10 d + 9 of domain d; even ones have label 0. */
const domain = (d: number, source: (value: number) => ImageSource = pixel) => ({
  name: 'abc'.charAt(d),
  samples: Array.from({ length: 10 }, (_, i): Sample => ({ id: `${d}/${i}`, image: source(10 * d + i), label: i % 2, split: 'train' })),
});

const loaderOf = (workers = 0, augmented = false): ImageLoader =>
  createImageLoader({
    image: { size: 1, mean: [0], std: [1] },
    augment: augmented ? [{ use: 'dim' }] : [],
    pluginFiles: [pathToFileURL(join(folder, 'plugin.mjs')).href],
    workers,
    seed: 7,
  });
const batchesOf = (loader: ImageLoader, options: Partial<DomainBatchesOptions> = {}) =>
  createDomainBatches({ domains: [domain(0), domain(1)], perDomain: 4, balance: ['domain', 'label'], views: 2, seed: createSeed(7), loader, ...options });
const valuesOf = ({ images }: LoadedBatch) => [...images].map((v) => Math.round(v * 255));
async function all(batches: AsyncIterable<LoadedBatch>): Promise<LoadedBatch[]> {
  const out: LoadedBatch[] = [];
  // The memory of a batch is taken over by later ones.
  for await (const batch of batches) out.push({ ...batch, images: batch.images.slice() });
  return out;
}
const plain = (batches: readonly LoadedBatch[]) => batches.map(({ waitMs: _, ...batch }) => batch);

it('20 images in steps of 8 are 3 steps; both views show the samples, with their labels and domains', async () => {
  await using loader = loaderOf();
  const { epoch, stepsPerEpoch } = batchesOf(loader);
  expect(stepsPerEpoch).toBe(3);
  const batches = await all(epoch(0));
  expect(batches).toHaveLength(3);
  for (const batch of batches) {
    expect(batch.shape).toEqual([16, 1, 1, 1]);
    const values = valuesOf(batch);
    expect(values.slice(0, 8)).toEqual(values.slice(8));
    expect(values.slice(0, 8)).toEqual(batch.samples.map(({ image }) => ('pixels' in image ? image.pixels[0] : -1)));
    expect([...batch.labels]).toEqual(values.slice(0, 8).map((v) => v % 2));
    expect([...batch.domains]).toEqual(values.slice(0, 8).map((v) => Math.floor(v / 10)));
    expect(batch.waitMs).toBeGreaterThanOrEqual(0);
  }
});

it('is the same whatever the workers and whatever is loaded ahead', async () => {
  const runs = await Promise.all(
    [
      [0, 0],
      [0, 2],
      [2, 0],
      [3, 5],
    ].map(async ([workers, prefetch]) => {
      await using loader = loaderOf(workers, true);
      const { epoch } = batchesOf(loader, { prefetch: prefetch as number });
      return plain([...(await all(epoch(0))), ...(await all(epoch(1)))]);
    }),
  );
  expect(runs[0]).toHaveLength(6);
  expect(new Set(runs[0]?.flatMap(({ images }) => [...images])).size).toBeGreaterThan(60);
  for (const run of runs) expect(run).toEqual(runs[0]);
});

it('goes on at any step of any epoch as if it had never stopped', async () => {
  await using loader = loaderOf(0, true);
  const whole = plain([...(await all(batchesOf(loader).epoch(0))), ...(await all(batchesOf(loader).epoch(1)))]);
  expect(plain(await all(batchesOf(loader).epoch(1, { from: 1 })))).toEqual(whole.slice(4));
  const { epoch } = batchesOf(loader);
  for await (const _ of epoch(0)) break;
  expect(plain(await all(epoch(0, { from: 2 })))).toEqual(whole.slice(2, 3));
  expect(plain(await all(epoch(7)))).not.toEqual(whole.slice(0, 3));
});

it('loads two batches ahead, into the next epoch too, and each once', async () => {
  await using loader = loaderOf();
  let loads = 0;
  const counted: ImageLoader = {
    ...loader,
    load: (requests) => {
      loads++;
      return loader.load(requests);
    },
  };
  const { epoch } = batchesOf(counted);
  const seen: number[] = [];
  for await (const _ of epoch(0)) seen.push(loads);
  for await (const _ of epoch(1)) seen.push(loads);
  expect(seen).toEqual([3, 4, 5, 6, 7, 8]);
});

it('leaving the loop early leaves nothing that keeps the loader from closing', async () => {
  const loader = loaderOf(2);
  let taken = 0;
  for await (const batch of batchesOf(loader).epoch(0)) {
    taken = batch.shape[0];
    break;
  }
  expect(taken).toBe(16);
  await loader.close();
  await expect(all(batchesOf(loader).epoch(0))).rejects.toThrow('the loader is closed');
});

it('a broken image is replaced by another of its domain and label, the same in every run, and reported once', async () => {
  const bad = new Set([4, 7, 12]);
  const domains = [0, 1].map((d) => domain(d, (value) => (bad.has(value) ? broken(`${value}.jpg`) : pixel(value))));
  const run = async (workers: number) => {
    await using loader = loaderOf(workers, true);
    const messages: string[] = [];
    const { epoch } = batchesOf(loader, { domains, onBroken: (message) => void messages.push(message) });
    const batches = plain([...(await all(epoch(0))), ...(await all(epoch(1)))]);
    return { batches, messages: messages.sort() };
  };
  const first = await run(0);
  expect(first.batches).toHaveLength(6);
  for (const batch of first.batches) {
    for (const [row, { id, label, image }] of batch.samples.entries()) {
      expect('pixels' in image).toBe(true);
      expect([label, Number(id.charAt(0))]).toEqual([row % 4 < 2 ? 0 : 1, row < 4 ? 0 : 1]);
      expect([batch.labels[row], batch.domains[row]]).toEqual([label, row < 4 ? 0 : 1]);
    }
    const shown = [...batch.images].map((v) => Math.floor(v * 255 + 1e-3));
    const expected = batch.samples.map(({ image }) => ('pixels' in image ? (image.pixels[0] as number) : -1));
    // The augmentation adds up to 2.55.
    for (const [i, value] of shown.entries()) expect(Math.abs(value - (expected[i % 8] as number) - 1)).toBeLessThanOrEqual(1.5);
  }
  expect(first.messages).toEqual(
    ['12.jpg', '4.jpg', '7.jpg'].map((name) => expect.stringContaining(`Cannot read image ${join(folder, name)}: there is no such file`)),
  );
  expect(await run(2)).toEqual(first);
});

it('a domain and label without any readable image is an error that names it', async () => {
  await using loader = loaderOf();
  const domains = [domain(0), domain(1, (value) => (value % 2 === 1 ? broken(`${value}.jpg`) : pixel(value)))];
  await expect(all(batchesOf(loader, { domains }).epoch(0))).rejects.toThrow(
    "Cannot fill a batch from domain 'b': none of its 5 images with label 1 can be read, expected at least one",
  );
});

it('warnings are given at once', async () => {
  await using loader = loaderOf();
  const warnings: string[] = [];
  batchesOf(loader, { perDomain: 12, onWarning: (message) => void warnings.push(message) });
  expect(warnings).toHaveLength(4);
  expect(warnings[0]).toBe("A step takes 6 videos with label 0 of domain 'a', which has 5: they repeat within a batch");
});

it.each(['shuffle', 'round-robin'] as const)(
  '%s: 20 images in steps of 6 end with a step of 2, the same with workers and wherever they are resumed',
  async (sampling) => {
    const options = { sampling, perDomain: 3 };
    await using loader = loaderOf(0, true);
    const { epoch, stepsPerEpoch } = batchesOf(loader, options);
    expect(stepsPerEpoch).toBe(4);
    const whole = [...(await all(epoch(0))), ...(await all(epoch(1)))];
    expect(whole.map(({ shape }) => shape[0])).toEqual([12, 12, 12, 4, 12, 12, 12, 4]);
    expect(whole.map(({ samples, labels, domains }) => [samples.length, labels.length, domains.length])[3]).toEqual([2, 2, 2]);
    expect(new Set(whole.slice(0, 4).flatMap(({ samples }) => samples.map(({ id }) => id))).size).toBe(20);
    await using threads = loaderOf(2, true);
    expect(plain(await all(batchesOf(threads, options).epoch(1, { from: 2 })))).toEqual(plain(whole.slice(6)));
  },
);
