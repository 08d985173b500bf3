import { expect, it } from 'vitest';
import { type MemorySettings, requireMemory } from './require-memory.ts';

/** 3 domains of 100 samples in 2 views of 1000 x 1000 x 3 float32: 12 MB each, 600 of them, held twice: 14.4 GB. */
const settings = (data: object = {}, batch = 64) =>
  ({
    data: { source: { a: {}, b: {}, c: {} }, views: 2, cacheMegabytes: 0, batch: { perDomain: 100 }, image: { size: 1000, mean: [0, 0, 0] }, ...data },
    evaluate: { batch },
  }) as unknown as MemorySettings;

it('a step of 14.4 GB is refused by 14.3 GB and fits into 14.4', () => {
  expect(() => requireMemory(settings(), 14.3e9)).toThrow(
    'Cannot train: the images of a step (3 domains x 100 samples x 2 views of 1000 x 1000 x 3 numbers, held twice) take 14.4 GB of memory and this machine has 14.3 GB, expected a smaller data.batch.perDomain',
  );
  expect(() => requireMemory(settings(), 14.4e9)).not.toThrow();
});

it('so are 1000 images in a forward pass (24 GB), and a cache of 20480 MB', () => {
  expect(() => requireMemory(settings({}, 1000), 20e9)).toThrow('1000 images of 1000 x 1000 in a forward pass take 24.0 GB');
  expect(() => requireMemory(settings({ cacheMegabytes: 20480 }), 20e9)).toThrow('decoded images in data.cacheMegabytes may take 21.5 GB');
});
