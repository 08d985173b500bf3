import { type DecodedImage, UnreadableImageError } from '@gradalign/pixels/files';
import type { Augmentation } from '../contracts/augmentation.ts';
import type { Named } from '../contracts/named.ts';
import { inSharedMemory } from './decoded-cache.ts';
import { findAugmentations } from './find-augmentations.ts';
import { createImageViews, type ImageRequest, type ImageSettings, type ImageViews } from './image-views.ts';

/** What loading images depends on. Plain data, sent to worker threads as it is. */
export interface ImageTaskSettings {
  readonly image: ImageSettings;
  readonly augment: readonly Named[];
  /** URLs of the plugin modules that offer the augmentations. */
  readonly pluginFiles: readonly string[];
  readonly seed: number;
}

/** The views of n images. */
export interface LoadedImages {
  /** [views * n, size, size, channels], normalized: all first views, then all second views. An image that cannot be read is all 0. */
  readonly data: Float32Array;
  /** Which of the n images could not be read, and why. */
  readonly broken: readonly BrokenRequest[];
}

/** An image that could not be read. */
export interface BrokenRequest {
  /** Its index among the n requests. */
  readonly index: number;
  readonly message: string;
}

/** Where a task writes its views, in a batch that other tasks fill too. Plain data: a shared buffer is the same memory on every thread. */
export interface Placement {
  /** The batch, as in `LoadedImages['data']`; the task writes all values of its images. */
  readonly values: Float32Array;
  /** Index of the task's first image in the batch. */
  readonly first: number;
  /** Number of images in the batch. */
  readonly total: number;
}

export interface TaskResult {
  readonly broken: readonly BrokenRequest[];
  /** The images that were decoded, by index in the batch; none unless `keepDecoded`. */
  readonly decoded: readonly { readonly index: number; readonly image: DecodedImage }[];
  /** What was done to the pixels of images that were decoded, by index in the batch; images of which nothing is to be said are absent. */
  readonly changed: readonly { readonly index: number; readonly changes: readonly string[] }[];
}

export interface TaskOptions extends Placement {
  /** Return decoded images, in shared memory. */
  readonly keepDecoded: boolean;
}

export type ImageTask = (requests: readonly ImageRequest[], options: TaskOptions) => Promise<TaskResult>;

/** Loads images on the calling thread. Plugins are imported with the first image that needs one of them. */
export function createImageTask({ image, augment, pluginFiles, seed }: ImageTaskSettings): ImageTask {
  let augmenting: Promise<ImageViews> | undefined;
  const found = new Map<string, Promise<readonly Augmentation[]>>();
  const find = (named: readonly Named[]) => {
    const key = JSON.stringify(named);
    const finding = found.get(key) ?? findAugmentations(named, pluginFiles);
    found.set(key, finding);
    return finding;
  };
  const plain = createImageViews({ image, augmentations: [], find, seed });
  const viewsFor = ({ keys }: ImageRequest) => {
    if (!keys || augment.length === 0) return plain;
    augmenting ??= find(augment).then((augmentations) => createImageViews({ image, augmentations, find, seed }));
    return augmenting;
  };
  return async (requests, { values, first, total, keepDecoded }) => {
    const broken: BrokenRequest[] = [];
    const decoded: { index: number; image: DecodedImage }[] = [];
    const changed: { index: number; changes: readonly string[] }[] = [];
    const load = async (request: ImageRequest, i: number) => {
      const offsets = Array.from({ length: request.views }, (_, view) => (view * total + first + i) * plain.length);
      try {
        const image = await (await viewsFor(request)).write(request, values, offsets);
        if (image?.changes) changed.push({ index: first + i, changes: image.changes });
        if (image && keepDecoded) decoded.push({ index: first + i, image: inSharedMemory(image) });
      } catch (error) {
        if (!(error instanceof UnreadableImageError)) throw error;
        for (const offset of offsets) values.fill(0, offset, offset + plain.length);
        broken.push({ index: first + i, message: error.message });
      }
    };
    // Two lanes: sharp decodes one image on its own thread while this thread samples another.
    const waiting = requests.entries();
    const lane = async () => {
      for (const [i, request] of waiting) await load(request, i);
    };
    await Promise.all([lane(), lane()]);
    return { broken: broken.sort((a, b) => a.index - b.index), decoded, changed };
  };
}
