import { readFileSync } from 'node:fs';
import { createRandom, type PixelImage } from '@gradalign/core';
import { createImageLoader } from '@gradalign/core/images';
import { cutout } from '@gradalign/datasets';
import { describe, expect, it } from 'vitest';
import { cases, type Figures, type Statistic, statisticsOf, viewsOf } from './measure-ours.ts';
import { makePictures } from './pictures.ts';

/** torchvision's results, made by `npm run bench -- transforms --python <executable> --write`. */
const reference = JSON.parse(readFileSync(new URL('./reference.json', import.meta.url), 'utf8')) as {
  readonly draws: number;
  readonly single: Readonly<Record<string, string>>;
  readonly statistics: Readonly<Record<string, Readonly<Record<keyof Figures, Statistic>>>>;
};
const pictures = makePictures();
const theirs = (name: string) => Uint8Array.from(Buffer.from(reference.single[name] as string, 'base64'));
/** Differences of a view from torchvision's, in gray levels. */
const differences = (view: Float32Array, name: string) => {
  const expected = theirs(name);
  expect(view).toHaveLength(expected.length);
  return Array.from(expected, (value, i) => Math.abs(Math.round(view[i] as number) - value));
};
const whole = async (image: PixelImage, size: number, interpolation: 'bilinear' | 'bilinear-antialias' | 'bicubic') =>
  (await viewsOf(image, [], 1, { size, interpolation }))[0] as Float32Array;

describe('single results, to the pixel', () => {
  it.each([
    ['resize to 32 x 32, bicubic', 32, 'bicubic'],
    ['resize to 9 x 9, bicubic', 9, 'bicubic'],
    ['resize to 9 x 9, bilinear', 9, 'bilinear-antialias'],
  ] as const)('%s is that of torchvision on random pixels', async (name, size, interpolation) => {
    expect(Math.max(...differences(await whole(pictures.noise, size, interpolation), name))).toBe(0);
  });

  it('a scene at 64 x 64: bicubic and bilinear-antialias are exact; the bilinear of one pass is a gray level off in the mean', async () => {
    expect(Math.max(...differences(await whole(pictures.scene, 64, 'bicubic'), 'scene to 64 x 64, bicubic'))).toBe(0);
    expect(Math.max(...differences(await whole(pictures.scene, 64, 'bilinear-antialias'), 'scene to 64 x 64, bilinear'))).toBe(0);
    const fast = differences(await whole(pictures.scene, 64, 'bilinear'), 'scene to 64 x 64, bilinear');
    expect(fast.reduce((sum, value) => sum + value, 0) / fast.length).toBeLessThan(1.2);
  });

  it('crop of 17 x 13, turn by 37 degrees and single changes of color are exact too', async () => {
    const file = new URL('./fixed-plugin.ts', import.meta.url).href;
    const { data: pixels, width, height, channels } = pictures.noise;
    const source = { pixels: pixels as Uint8Array, width, height, channels };
    for (const [name, size] of [
      ['crop of 17 x 13 at 3, 5 to 16 x 16, bicubic', 16],
      ['resize to 16 x 16 and turn by 37 degrees, bicubic', 16],
    ] as const) {
      await using loader = createImageLoader({
        image: { size, mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255], interpolation: 'bicubic' },
        ...{ augment: [{ use: name }], pluginFiles: [file], workers: 0, seed: 1 },
      });
      const { data } = await loader.load([{ source, keys: [0], views: 1 }]);
      expect(Math.max(...differences(data, name)), name).toBe(0);
    }
  });
});

describe('figures of 300 random draws are those of torchvision, within 4.5 standard errors', () => {
  it.each(Object.keys(cases))('%s', async (name) => {
    const ours = await statisticsOf(name, pictures, 300);
    for (const [figure, { mean, error }] of Object.entries(ours)) {
      const other = reference.statistics[name]?.[figure as keyof Figures] as Statistic;
      expect(Math.abs(mean - other.mean), `${figure}: ${mean} and ${other.mean}`).toBeLessThanOrEqual(4.5 * Math.hypot(error, other.error));
    }
  });
});

it('the released cutout covers 1/2 - 1/5 + 1/48 = 32.1 % of a view of 256 in the mean, and rotation leaves 11.7 % black', () => {
  const erase = cutout.create({ p: 1, share: 'uniform', place: 'clipped', fill: 'region-mean', value: 0, scale: [0.02, 0.33], ratio: [0.3, 3.3] }).erase;
  const shares = Array.from({ length: 20_000 }, (_, i) => {
    const [part] = erase?.(createRandom(['share', i]), 256) ?? [];
    if (!part) throw new Error('nothing was erased');
    expect([part.left, part.top, part.right, part.bottom].every((edge) => edge >= 0 && edge <= 1 && Number.isInteger(256 * edge))).toBe(true);
    return (part.right - part.left) * (part.bottom - part.top);
  });
  // Sides are whole, even numbers of pixels: about a pixel less than drawn.
  expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) / shares.length - 0.3208)).toBeLessThan(0.008);
  expect(reference.statistics['rotation']?.black.mean).toBeCloseTo(0.117, 2);
});
