import { expect, it } from 'vitest';
import type { DomainBatch } from '../data/domain-batch.ts';
import { partsOf } from './parts-of.ts';

/** Domain a: labels 0 0 1 1, domain b: labels 0 0 1; two views, so that image 7 is the second view of row 0. */
const batch: Pick<DomainBatch, 'labels' | 'domains' | 'views'> = {
  labels: Int32Array.of(0, 0, 1, 1, 0, 0, 1),
  domains: Int32Array.of(0, 0, 0, 0, 1, 1, 1),
  views: 2,
};
const present = [
  { name: 'a', rows: [0, 1, 2, 3] },
  { name: 'b', rows: [4, 5, 6] },
];
const split = (parts: number, isSeparate = false) => partsOf(batch as DomainBatch, present, { parts, isSeparate });

it('deals 7 samples to 2 parts of 4 and 3, with each label of each domain in both, and keeps the views of a sample together', () => {
  const [first, second] = split(2);
  expect(first?.images).toEqual([0, 2, 4, 6, 7, 9, 11, 13]);
  expect(second?.images).toEqual([1, 3, 5, 8, 10, 12]);
  expect([first?.from, second?.from]).toEqual([0, 8]);
  expect([...(first?.labels ?? [])]).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
  expect(first?.domainOf).toEqual(['a', 'a', 'b', 'b', 'a', 'a', 'b', 'b']);
});

it('splits separate domains each by itself', () => {
  expect(split(2, true).map(({ domains, images }) => [domains.join(), images.length])).toEqual([
    ['a', 4],
    ['a', 4],
    ['b', 4],
    ['b', 2],
  ]);
});

it('of 7 samples there are at most 7 parts, and every image is in exactly one', () => {
  const parts = split(50);
  expect(parts).toHaveLength(7);
  expect(parts.flatMap(({ images }) => images).sort((a, b) => a - b)).toEqual(Array.from({ length: 14 }, (_, i) => i));
});
