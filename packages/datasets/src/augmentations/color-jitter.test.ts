import { completeOptions, createRandom, type PixelImage } from '@gradalign/core';
import { expect, it } from 'vitest';
import { colorJitter } from './color-jitter.ts';

const make = (options: object) => colorJitter.create(completeOptions(colorJitter, options as never) as never);
const image: PixelImage = { data: Uint8Array.from([40, 80, 120, 200, 160, 120]), width: 2, height: 1, channels: 3 };
const apply = async (options: object, seed: number) => (await make(options).view?.(image, createRandom(['jitter', seed]))) as PixelImage;

it('without options nothing changes, and the view that is given never does', async () => {
  expect((await apply({}, 1)).data).toEqual(image.data);
  await apply({ brightness: 1, contrast: 1, saturation: 1, hue: 0.5 }, 2);
  expect([...image.data]).toEqual([40, 80, 120, 200, 160, 120]);
});

it('brightness 0.5 multiplies by 0.5 to 1.5, in the mean by 1', async () => {
  const factors = await Promise.all(Array.from({ length: 600 }, async (_, i) => ((await apply({ brightness: 0.5 }, i)).data[1] as number) / 80));
  expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.48);
  expect(Math.max(...factors)).toBeLessThanOrEqual(1.5);
  expect(factors.reduce((sum, factor) => sum + factor, 0) / 600).toBeCloseTo(1, 1);
});

it('a brightness of 3 draws from 0 to 4, since no factor is negative', async () => {
  const values = await Promise.all(Array.from({ length: 200 }, async (_, i) => (await apply({ brightness: 3 }, i)).data[0] as number));
  expect(Math.min(...values)).toBeLessThan(10);
  expect(Math.max(...values)).toBeGreaterThan(140);
});

it('is the same for the same random numbers', async () => {
  const options = { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 };
  expect((await apply(options, 3)).data).toEqual((await apply(options, 3)).data);
  expect((await apply(options, 3)).data).not.toEqual((await apply(options, 4)).data);
});
