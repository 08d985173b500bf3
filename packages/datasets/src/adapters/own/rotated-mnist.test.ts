import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSeed, type Dataset, type Sample } from '@gradalign/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readIdx, readMnist } from './mnist-files.ts';
import { rotatedMnist } from './rotated-mnist.ts';

const context = (seed: number) => ({ seed: createSeed(seed), domain: 'd', folder: '/' });
const create = async (angle: 0 | 15 | 30 | 45 | 60 | 75, options: { limit?: number; shuffleSeed?: number } = {}, seed = 0): Promise<Dataset> =>
  rotatedMnist.create({ angle, shuffleSeed: 0, ...options }, context(seed));

function pixelsOf({ image }: Sample): Uint8Array {
  if (!('pixels' in image)) throw new Error('expected pixels');
  return image.pixels;
}

describe('all six domains', () => {
  let domains: Dataset[];
  beforeAll(async () => {
    domains = [];
    for (const angle of [0, 15, 30, 45, 60, 75] as const) domains.push(await create(angle));
  });

  it('share the 70,000 images among them: each is in one domain', () => {
    expect(domains.map(({ samples }) => samples.length)).toEqual([11667, 11667, 11667, 11667, 11666, 11666]);
    expect(new Set(domains.flatMap(({ samples }) => samples.map(({ id }) => id))).size).toBe(70000);
  });

  it('have a fifth of their images in the test split', () => {
    expect(domains.map(({ samples }) => samples.filter(({ split }) => split === 'test').length)).toEqual([2333, 2333, 2333, 2333, 2333, 2333]);
    expect(domains.every(({ samples }) => samples.every(({ split }) => split === 'train' || split === 'test'))).toBe(true);
  });

  it('have every digit about as often as MNIST has it', () => {
    const mnist = [6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958];
    const total = mnist.map(() => 0);
    for (const { samples } of domains) {
      const counts = mnist.map((_, digit) => samples.filter(({ label }) => label === digit).length);
      counts.forEach((count, digit) => {
        total[digit] = (total[digit] as number) + count;
        expect(Math.abs(count - (mnist[digit] as number) / 6)).toBeLessThan(150);
      });
    }
    expect(total).toEqual(mnist);
  });

  it('own the pixels of each image, so that one goes to a worker without the others', () => {
    const [{ samples }] = domains as [Dataset];
    expect(samples.slice(0, 100).every((sample) => pixelsOf(sample).buffer.byteLength === 784)).toBe(true);
  });
});

it('at 0 degrees the images are those of MNIST, with their labels', async () => {
  const mnist = await readMnist();
  const { samples } = await create(0, { limit: 50 });
  for (const sample of samples) {
    const index = Number(sample.id.slice('mnist-'.length));
    expect(sample.label).toBe(mnist.labels[index]);
    expect(pixelsOf(sample)).toEqual(new Uint8Array(mnist.pixels.subarray(index * 784, (index + 1) * 784)));
  }
});

it('a limit takes the first images of the same domain, a fifth of them for testing', async () => {
  const [few, more] = [await create(75, { limit: 100 }), await create(75, { limit: 500 })];
  expect(few.samples).toHaveLength(100);
  expect(few.samples.filter(({ split }) => split === 'test')).toHaveLength(20);
  expect(few.samples.map(({ id }) => id)).toEqual(more.samples.slice(0, 100).map(({ id }) => id));
});

it('depends on its own seed and not on that of the run', async () => {
  const ids = async (...args: Parameters<typeof create>) => (await create(...args)).samples.map(({ id, split }) => `${id} ${split}`);
  const reference = await ids(15, { limit: 100 }, 0);
  expect(await ids(15, { limit: 100 }, 1)).toEqual(reference);
  expect(await ids(15, { limit: 100, shuffleSeed: 1 })).not.toEqual(reference);
});

describe('an IDX file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'idx-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (...bytes: number[]) => {
    const path = join(folder, `${bytes.length}-${bytes.at(-1)}`);
    writeFileSync(path, Buffer.from(bytes));
    return path;
  };

  it('gives its values', async () => {
    expect([...(await readIdx(file(0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9), [1, 2]))]).toEqual([7, 9]);
  });

  it('of another kind, shape or length is refused', async () => {
    await expect(readIdx(file(1, 2, 3), [3])).rejects.toThrow(/^Cannot read .*: its header is wrong, expected an IDX file of 3 bytes$/);
    await expect(readIdx(file(0, 0, 8, 1, 0, 0, 0, 2, 1, 2), [3])).rejects.toThrow('its header says 2, expected an IDX file of 3 bytes');
    await expect(readIdx(file(0, 0, 8, 1, 0, 0, 0, 3, 1), [3])).rejects.toThrow('it has 1, expected an IDX file of 3 bytes');
    await expect(readIdx(join(folder, 'none'), [3])).rejects.toThrow('ENOENT');
  });
});
