import type { Named } from '../experiment-type.ts';
import { UnreadableImageError } from './decode-image.ts';
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
  /** [views * n, size, size, channels], normalised: all first views, then all second views. An image that cannot be read is all 0. */
  readonly data: Float32Array;
  /** Which of the n images could not be read, and why. */
  readonly broken: readonly { readonly index: number; readonly message: string }[];
}

/** Loads images one after the other, on the thread that it is called on. The plugins are imported when the first augmented image is asked for. */
export function createImageTask({ image, augment, pluginFiles, seed }: ImageTaskSettings): (requests: readonly ImageRequest[]) => Promise<LoadedImages> {
  let augmenting: Promise<ImageViews> | undefined;
  const plain = createImageViews({ image, augmentations: [], seed });
  const viewsFor = ({ keys }: ImageRequest) => {
    if (!keys || augment.length === 0) return plain;
    augmenting ??= findAugmentations(augment, pluginFiles).then((augmentations) => createImageViews({ image, augmentations, seed }));
    return augmenting;
  };
  return async (requests) => {
    const views = requests[0]?.views ?? 0;
    const data = new Float32Array(views * requests.length * plain.length);
    const broken: { index: number; message: string }[] = [];
    for (const [index, request] of requests.entries()) {
      const offsets = Array.from({ length: views }, (_, view) => (view * requests.length + index) * plain.length);
      try {
        await (await viewsFor(request)).write(request, data, offsets);
      } catch (error) {
        if (!(error instanceof UnreadableImageError)) throw error;
        broken.push({ index, message: error.message });
      }
    }
    return { data, broken };
  };
}
