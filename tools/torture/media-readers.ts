import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { completeOptions, createDataset, createSeed, type Dataset, loadCatalogue } from '@gradalign/core';
import { decodeImage } from '@gradalign/core/images';
import { File, ready } from 'h5wasm/node';
import sharp from 'sharp';
import { type Reader, words } from './readers.ts';

/** Readers of pictures, and of clips in HDF5. */
export const mediaReaders: Readonly<Record<string, Reader>> = {
  images: {
    file: 'picture.jpg',
    originals: async () => {
      const picture = sharp({
        create: { width: 40, height: 30, channels: 3, background: { r: 90, g: 120, b: 30 }, noise: { type: 'gaussian', mean: 120, sigma: 30 } },
      });
      return await Promise.all((['jpeg', 'png', 'webp', 'tiff', 'gif'] as const).map((format) => picture.clone().toFormat(format).toBuffer()));
    },
    async read(file) {
      await decodeImage({ path: file }, { channels: 3 });
      return undefined;
    },
    pieces: words('\xff\xd8', '\xff\xda', 'IHDR', 'IDAT', 'Exif', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'RIFF', 'II*\0'),
  },
  HDF5: {
    file: 'wmca/31.01.18/514_01_035_1_05.hdf5',
    originals: async (work) => [await tinyClip(join(work, 'clip.hdf5'))],
    async read(file) {
      reader ??= await readerOfClips(join(dirname(file), '..'));
      const sample = { id: 'clip', video: 'clip', label: 0, split: 'train', image: { clip: file } } as const;
      const count = await reader.count(sample);
      for await (const _ of reader.read(sample, [0, Math.max(0, count - 1)]));
      return undefined;
    },
    pieces: words('\x89HDF\r\n\x1a\n', 'Frame_99', 'array', 'TREE', 'SNOD', 'HEAP', 'OHDR', '\xff\xff\xff\xff\xff\xff\xff\xff'),
  },
};

interface ClipReader {
  count(sample: Dataset['samples'][number]): Promise<number>;
  read(sample: Dataset['samples'][number], frames: readonly number[]): AsyncIterable<unknown>;
}

let reader: ClipReader | undefined;

/** That of the data set wmca, which is of such clips. */
async function readerOfClips(root: string): Promise<ClipReader> {
  const catalogue = await loadCatalogue(['@gradalign/datasets'], { resolveFrom: [import.meta.url] });
  const options = completeOptions(catalogue.find('dataset', 'wmca'), { root });
  const dataset = (await createDataset('w', { use: 'wmca', ...options }, catalogue, createSeed(1))) as Dataset & { readonly clipReader: ClipReader };
  return dataset.clipReader;
}

/** A file of WMCA's kind: Frame_0 to Frame_2 with an array of 3 x 4 x 6 pixels each. */
async function tinyClip(path: string): Promise<Uint8Array> {
  await ready;
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) {
    const file = new File(path, 'w');
    const pixels = Uint8Array.from({ length: 72 }, (_, i) => 3 * i);
    for (let frame = 0; frame < 3; frame++) file.create_group(`Frame_${frame}`).create_dataset({ name: 'array', data: pixels, shape: [3, 4, 6] });
    file.close();
  }
  return readFileSync(path);
}
