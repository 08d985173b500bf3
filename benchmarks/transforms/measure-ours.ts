import { completeOptions, type Named, type PixelImage } from '@gradalign/core';
import { createImageLoader, type ImageLoaderOptions } from '@gradalign/core/images';
import datasets from '@gradalign/datasets';
import type { Pictures } from './pictures.ts';

/** Mean over draws, and its standard error. */
export interface Statistic {
  readonly mean: number;
  readonly error: number;
}

/** Of a view in gray levels: its means by channel, deviation, mean difference between neighbors in a row, and share of black pixels. */
export type Figures = Readonly<Record<'red' | 'green' | 'blue' | 'deviation' | 'slope' | 'black', number>>;

/** Side of the views in pixels. */
const size = 64;
const crop: Named = { use: 'random-resized-crop', scale: [0.08, 1], interpolation: 'bicubic' };
const turn: Named = { use: 'rotate', degrees: 180, interpolation: 'bicubic' };
const released = { use: 'cutout', share: 'uniform', place: 'clipped' };

/** The random transforms that torchvision_reference.py has too, under the same names. */
export const cases: Readonly<Record<string, { readonly of: keyof Pictures; readonly augment: readonly Named[] }>> = {
  crop: { of: 'scene', augment: [crop] },
  rotation: { of: 'white', augment: [turn] },
  'color jitter': { of: 'scene', augment: [{ use: 'color-jitter', brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 }] },
  cutout: { of: 'white', augment: [{ ...released, p: 1, fill: 'value' }] },
  'random erasing': { of: 'white', augment: [{ use: 'cutout', p: 1, fill: 'value' }] },
  'released training views': { of: 'scene', augment: [crop, { use: 'flip' }, turn, { ...released, fill: 'region-mean' }] },
};

/** A view of gray levels, [side, side, 3]. */
export async function viewsOf(
  image: PixelImage,
  augment: readonly Named[],
  draws: number,
  more: Partial<ImageLoaderOptions['image']> = {},
): Promise<Float32Array[]> {
  const settings = { size, mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255], interpolation: 'bilinear-antialias' as const, ...more };
  await using loader = createImageLoader({
    image: settings,
    augment: augment.map(({ use, ...options }) => ({ use, ...completeOptions(itemOf(use), options) })),
    pluginFiles: [import.meta.resolve('@gradalign/datasets')],
    workers: 0,
    seed: 1,
  });
  const { data: pixels, width, height, channels } = image;
  const source = { pixels: pixels as Uint8Array, width, height, channels };
  const requests = Array.from({ length: draws }, (_, i) => ({ source, views: 1, ...(augment.length > 0 ? { keys: ['draw', i] } : {}) }));
  const { data } = await loader.load(requests);
  const length = data.length / draws;
  return requests.map((_, i) => data.subarray(i * length, (i + 1) * length));
}

function figuresOf(view: Float32Array): Figures {
  const n = view.length / 3;
  const side = Math.sqrt(n);
  const sums = [0, 0, 0];
  let [squares, slopes, black] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    let brightest = 0;
    for (let c = 0; c < 3; c++) {
      const value = view[3 * i + c] as number;
      sums[c] = (sums[c] as number) + value;
      squares += value * value;
      brightest = Math.max(brightest, value);
      if (i % side > 0) slopes += Math.abs(value - (view[3 * (i - 1) + c] as number));
    }
    if (brightest === 0) black++;
  }
  const [red, green, blue] = sums.map((sum) => sum / n) as [number, number, number];
  const mean = (red + green + blue) / 3;
  return { red, green, blue, deviation: Math.sqrt(Math.max(0, squares / (3 * n) - mean * mean)), slope: slopes / (3 * side * (side - 1)), black: black / n };
}

/** Figures of one of the cases over so many draws. */
export async function statisticsOf(name: string, pictures: Pictures, draws: number): Promise<Record<keyof Figures, Statistic>> {
  const { of, augment } = cases[name] as (typeof cases)[string];
  const rows = (await viewsOf(pictures[of], augment, draws)).map(figuresOf);
  const statistic = (key: keyof Figures): Statistic => {
    const mean = rows.reduce((sum, row) => sum + row[key], 0) / draws;
    const variance = rows.reduce((sum, row) => sum + (row[key] - mean) ** 2, 0) / (draws - 1);
    return { mean, error: Math.sqrt(variance / draws) };
  };
  const keys = Object.keys(rows[0] as Figures) as (keyof Figures)[];
  return Object.fromEntries(keys.map((key) => [key, statistic(key)])) as Record<keyof Figures, Statistic>;
}

function itemOf(use: string) {
  const item = datasets.items.find(({ kind, name }) => kind === 'augmentation' && name === use);
  if (!item) throw new Error(`no augmentation ${use}`);
  return item;
}
