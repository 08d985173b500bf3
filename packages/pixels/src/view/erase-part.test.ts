import { expect, it } from 'vitest';
import { erasePart } from './erase-part.ts';

const view = { size: 2, channels: 3, mean: [0.5, 0.5, 0.5], std: [0.5, 0.25, 1] };
const half = { left: 0, top: 0, right: 1, bottom: 0.5 };
const values = () => Float32Array.from([1, 10, 100, 3, 30, 300, 5, 50, 500, 7, 70, 700]);

it('the mean of data.image is 0', () => {
  const out = values();
  erasePart(half, view, out, 0);
  expect([...out]).toEqual([0, 0, 0, 0, 0, 0, 5, 50, 500, 7, 70, 700]);
});

it('region-mean is the mean of what is covered, by channel, from the offset on', () => {
  const out = Float32Array.from([9, ...values()]);
  erasePart({ ...half, fill: 'region-mean' }, view, out, 1);
  expect([...out]).toEqual([9, 2, 20, 200, 2, 20, 200, 5, 50, 500, 7, 70, 700]);
});

it('a value of 1 is (1 - mean) / std', () => {
  const out = values();
  erasePart({ ...half, fill: 1 }, view, out, 0);
  expect([...out].slice(0, 6)).toEqual([1, 2, 0.5, 1, 2, 0.5]);
});

it('nothing is erased where left is right of right, and what leaves the view is cut off', () => {
  const out = values();
  erasePart({ left: 0.9, top: 0, right: 0.1, bottom: 1, fill: 'region-mean' }, view, out, 0);
  expect([...out]).toEqual([...values()]);
  erasePart({ left: -5, top: 0.5, right: 7, bottom: 9, fill: 0.5 }, view, out, 0);
  expect([...out].slice(6)).toEqual([0, 0, 0, 0, 0, 0]);
});
