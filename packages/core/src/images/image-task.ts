import type { Augmentation } from '../contracts/augmentation.ts';
import type { Named } from '../contracts/named.ts';
import { type DecodedImage, UnreadableImageError } from './decode-image.ts';
import { inSharedMemory } from './decoded-cache.ts';
import { findAugmentations } from './find-augmentations.ts';
import { createImageViews, type ImageRequest, type ImageSettings, type ImageViews } from './image-views.ts';

/** Plain data: it goes to worker threads as it is. */
export interface ImageTaskSettings {
  readonly image: ImageSettings;
  readonly augment: readonly Named[];
  /** URLs of the plugin modules that offer the augmentations. */
  readonly pluginFiles: readonly string[];
  readonly seed: number;
}

export interface LoadedImages {
  /** [views * n, size, size, channels], normalized: all first views, then all second views. An image that cannot be read is all 0. */
  readonly data: Float32Array;
  /** Which of the n images could not be read, and why. */
  readonly broken: readonly BrokenRequest[];
}

export interface BrokenRequest {
  readonly index: number;
  readonly message: string;
}

/** Where the views of a task's images go in a batch that others fill too. Plain data: a shared buffer is the same memory on every thread. */
export interface Placement {
  /** Of `LoadedImages['data']`; the task writes all values of its images. */
  readonly values: Float32Array;
  /** Index in the batch of the task's first image. */
  readonly first: number;
  /** Images in the batch. */
  readonly total: number;
}

export interface TaskResult {
  readonly broken: readonly BrokenRequest[];
  /** What was decoded, by index in the batch; none where it is not to be kept. */
  readonly decoded: readonly { readonly index: number; readonly image: DecodedImage }[];
}

export interface TaskOptions extends Placement {
  /** Hand over what is decoded, in shared memory. */
  readonly keepDecoded: boolean;
}

export type ImageTask = (requests: readonly ImageRequest[], options: TaskOptions) => Promise<TaskResult>;

/** Loads images on the thread that it is called on. The plugins are imported when the first image is asked for that needs one of them. */
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
    const load = async (request: ImageRequest, i: number) => {
      const offsets = Array.from({ length: request.views }, (_, view) => (view * total + first + i) * plain.length);
      try {
        const image = await (await viewsFor(request)).write(request, values, offsets);
        if (image && keepDecoded) decoded.push({ index: first + i, image: inSharedMemory(image) });
      } catch (error) {
        if (!(error instanceof UnreadableImageError)) throw error;
        for (const offset of offsets) values.fill(0, offset, offset + plain.length);
        broken.push({ index: first + i, message: error.message });
      }
    };
    // Two lanes: sharp decodes one image on a thread of its own while this one samples another.
    const waiting = requests.entries();
    const lane = async () => {
      for (const [i, request] of waiting) await load(request, i);
    };
    await Promise.all([lane(), lane()]);
    return { broken: broken.sort((a, b) => a.index - b.index), decoded };
  };
}
