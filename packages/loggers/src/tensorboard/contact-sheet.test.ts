import sharp from 'sharp';
import { expect, it } from 'vitest';
import { contactSheet } from './contact-sheet.ts';

it('3 gray pictures of one pixel stand 2 across and 2 down, with normalization undone', async () => {
  // 0.5 + 0.25 x = 0, 0.5, 1: levels 0, 128, 255; the fourth place stays black.
  const images = Float32Array.of(-2, 0, 2);
  const { width, height, channels, png } = await contactSheet({ images, shape: [3, 1, 1, 1], mean: [0.5], std: [0.25] }, [0, 1, 2]);
  expect([width, height, channels]).toEqual([2, 2, 1]);
  expect([...(await sharp(png).extractChannel(0).raw().toBuffer())]).toEqual([0, 128, 255, 0]);
});

it('takes the rows that it is given, in color, and clamps what lies outside 0..1', async () => {
  const images = Float32Array.of(0, 0, 0, 9, -9, 1);
  const { png } = await contactSheet({ images, shape: [2, 1, 1, 3], mean: [0, 0, 0], std: [1, 1, 1] }, [1]);
  expect([...(await sharp(png).raw().toBuffer())]).toEqual([255, 0, 255]);
});
