import { completeOptions, type Named, type PixelImage } from '@gradalign/core';
import { createImageLoader } from '@gradalign/core/images';
import plugin from '../src/index.ts';
import type { SheetRow } from './picture-sheet.ts';
import { renderedFace } from './rendered-face.ts';

export const augmentationSide = 40;
const draws = 8;
const augmentations: readonly Named[] = [
  { use: 'random-resized-crop', scale: [0.2, 1] },
  { use: 'flip' },
  { use: 'rotate', degrees: 90 },
  { use: 'cutout' },
  { use: 'colour', brightness: 0.4, contrast: 0.4, saturation: 0.8, hue: 0.2 },
  { use: 'grayscale', p: 0.5 },
  { use: 'recapture', kind: 'live' },
  { use: 'recapture', kind: 'print' },
  { use: 'recapture', kind: 'replay' },
];

/** A row of draws for each augmentation, loaded as in training. */
export async function augmentationRows(): Promise<SheetRow[]> {
  const { data: pixels, ...size } = renderedFace(6, 96);
  const source = { pixels: pixels as Uint8Array, ...size };
  const requests = Array.from({ length: draws }, (_, i) => ({ source, keys: ['sheet', i], views: 1 }));
  const length = augmentationSide * augmentationSide * 3;
  const rows: SheetRow[] = [];
  for (const { use, ...options } of augmentations) {
    const item = plugin.items.find(({ kind, name }) => kind === 'augmentation' && name === use);
    if (!item) throw new Error(`no augmentation ${use}`);
    await using loader = createImageLoader({
      image: { size: augmentationSide, mean: [0, 0, 0], std: [1, 1, 1] },
      augment: [{ ...completeOptions(item, options), use }],
      pluginFiles: [new URL('../src/index.ts', import.meta.url).href],
      workers: 0,
      seed: 1,
    });
    const { data } = await loader.load(requests);
    const pictures = requests.map(
      (_, i): PixelImage => ({
        data: Uint8ClampedArray.from(data.subarray(i * length, (i + 1) * length), (value) => 255 * value),
        width: augmentationSide,
        height: augmentationSide,
        channels: 3,
      }),
    );
    rows.push({ title: [use, options['kind']].filter(Boolean).join(' '), pictures });
  }
  return rows;
}
