import { readFileSync } from 'node:fs';
import { createRandom, type PixelImage } from '@gradalign/core';
import { expect, it } from 'vitest';
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from './pillow-colors.ts';

/** 24 x 20 random pixels, as benchmarks/transforms/pictures.ts has them, whose results torchvision gave. */
const random = createRandom(['transforms']);
const noise: PixelImage = { data: Uint8Array.from({ length: 3 * 24 * 20 }, () => random.integer(256)), width: 24, height: 20, channels: 3 };
const { single } = JSON.parse(readFileSync(new URL('../../../../benchmarks/transforms/reference.json', import.meta.url), 'utf8')) as {
  readonly single: Readonly<Record<string, string>>;
};

it.each([
  ['brightness 1.3', adjustBrightness(noise, 1.3)],
  ['contrast 0.6', adjustContrast(noise, 0.6)],
  ['saturation 1.7', adjustSaturation(noise, 1.7)],
  ['hue -0.21', adjustHue(noise, -0.21)],
] as const)('%s gives the bytes that torchvision gives', (name, { data }) => {
  expect(Buffer.from(data).toString('base64')).toBe(single[name]);
});

it('by hand: 100 at brightness 1.5 is 150; at contrast 0.5 about a mean of 50 it is 75; gray has neither saturation nor hue', () => {
  const gray: PixelImage = { data: Uint8Array.from([100, 0]), width: 2, height: 1, channels: 1 };
  expect([...adjustBrightness(gray, 1.5).data]).toEqual([150, 0]);
  expect([...adjustContrast(gray, 0.5).data]).toEqual([75, 25]);
  expect(adjustSaturation(gray, 3)).toBe(gray);
  expect(adjustHue(gray, 0.3)).toBe(gray);
});

it('a third of a turn makes red green: 85 of 256 steps, pixels stay what they were', () => {
  const red: PixelImage = { data: Uint8Array.from([200, 0, 0]), width: 1, height: 1, channels: 3 };
  expect([...adjustHue(red, 1 / 3).data]).toEqual([0, 200, 0]);
  expect([...red.data]).toEqual([200, 0, 0]);
});
