import type { DomainBatches, LoadedBatch, Sample } from '@gradalign/core';
import { expect, it } from 'vitest';
import { batchesWithGaps } from './batches-with-gaps.ts';

/** Three samples of domains 0, 1, 0 in two views of one gray pixel: 1, 2, 3 and 11, 12, 13. */
const batch: LoadedBatch = {
  images: Float32Array.of(1, 2, 3, 11, 12, 13),
  shape: [6, 1, 1, 1],
  labels: Int32Array.of(1, 0, 0),
  domains: Int32Array.of(0, 1, 0),
  views: 2,
  samples: ['x', 'y', 'z'].map((id): Sample => ({ id, image: { path: id }, label: 0, split: 'train' })),
  waitMs: 0,
};
const twoSteps: DomainBatches = {
  stepsPerEpoch: 2,
  async *epoch(_, { from = 0 } = {}) {
    for (let step = from; step < 2; step++) yield batch;
  },
};

it('a domain is absent at its step, counted over the run, in every view, and the batches between are untouched', async () => {
  const seen: LoadedBatch[] = [];
  const gapped = batchesWithGaps(twoSteps, { 1: 0, 2: 1 }, (one) => seen.push(one));
  const yielded: LoadedBatch[] = [];
  for (const epoch of [0, 1]) for await (const one of gapped.epoch(epoch)) yielded.push(one);
  expect(yielded).toEqual(seen);
  expect(seen.map(({ images, shape: [n], labels, samples }) => [[...images], n, [...labels], samples.map(({ id }) => id).join('')])).toEqual([
    [[1, 2, 3, 11, 12, 13], 6, [1, 0, 0], 'xyz'],
    [[2, 12], 2, [0], 'y'],
    [[1, 3, 11, 13], 4, [1, 0], 'xz'],
    [[1, 2, 3, 11, 12, 13], 6, [1, 0, 0], 'xyz'],
  ]);
});
