import { createSeed, type ImageSource, type LoadOptions, loadDomains, loadExperiment, runPaths, silentReporter } from '@gradalign/core';
import { decodeImage, deriveImage, findAugmentations } from '@gradalign/core/images';
import sharp from 'sharp';
import type { WrongSample } from './worst-errors.ts';

/** Thumbnails by domain and id as data URLs, or why there are none. */
export interface Pictures {
  /** undefined where the sample's picture cannot be had. */
  find(sample: WrongSample): string | undefined;
  readonly problem?: string;
  /** What heat maps are made of: the samples that have a picture. */
  readonly sources: readonly { readonly sample: WrongSample; readonly image: ImageSource }[];
}

/** Side of a thumbnail in pixels. */
const side = 144;

/** Reads the pictures of samples from the data of the run that scored them. Never throws: what cannot be read has no picture. */
export async function loadPictures(runFolder: string, samples: readonly WrongSample[], options: LoadOptions): Promise<Pictures> {
  const found = new Map<string, string>();
  const find = ({ domain, id }: WrongSample) => found.get(keyOf(domain, id));
  const images = new Map<string, ImageSource>();
  const sources = () =>
    samples.flatMap((sample) => {
      const image = images.get(keyOf(sample.domain, sample.id));
      return image ? [{ sample, image }] : [];
    });
  if (samples.length === 0) return { find, sources: [] };
  try {
    const { experiment, catalogue } = await loadExperiment(runPaths(runFolder).experiment, options);
    const { targets } = await loadDomains(experiment, catalogue, createSeed(experiment.seed), silentReporter);
    const wanted = new Set(samples.map(({ domain, id }) => keyOf(domain, id)));
    const { pluginFiles } = catalogue;
    for (const { name, samples: known } of targets) {
      for (const { id, image } of known) {
        const key = keyOf(name, id);
        if (!wanted.has(key)) continue;
        const picture = await thumbnail(image, pluginFiles);
        if (!picture) continue;
        found.set(key, picture);
        images.set(key, image);
      }
    }
    const missing = samples.filter((sample) => !find(sample)).length;
    return { find, sources: sources(), ...(missing > 0 ? { problem: `${missing} of ${samples.length} pictures cannot be read from the run's data` } : {}) };
  } catch (error) {
    return { find, sources: [], problem: `the run's data cannot be read: ${(error as Error).message.split('\n')[0]}` };
  }
}

async function thumbnail(source: ImageSource, pluginFiles: readonly string[]): Promise<string | undefined> {
  try {
    const { image } = await decodeImage(source, { channels: 3 });
    const through = 'through' in source ? source.through : undefined;
    const { data, width, height, channels } = through ? await deriveImage(image, through, await findAugmentations(through.augmentations, pluginFiles)) : image;
    const jpeg = await sharp(Buffer.from(data.buffer, data.byteOffset, data.byteLength), { raw: { width, height, channels } })
      .resize(side, side, { fit: 'cover', kernel: width < side ? 'nearest' : 'lanczos3' })
      .jpeg({ quality: 78 })
      .toBuffer();
    return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
  } catch {
    return undefined;
  }
}

function keyOf(domain: string, id: string): string {
  return `${domain}\0${id}`;
}
