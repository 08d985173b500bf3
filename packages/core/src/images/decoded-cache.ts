import type { DecodedImage } from '@gradalign/pixels/files';
import type { ImageSource } from '../contracts/dataset.ts';

/** Keeps decoded images in memory, up to a budget. Nothing is evicted: every epoch reads in a new order, so that evicting would only cost time. */
export interface DecodedCache {
  /** Bytes of pixels in the cache: never more than its budget. */
  readonly bytes: number;
  /** Whether there may be room for another image. */
  readonly hasRoom: boolean;
  /** All kept copies of this image: at full size or smaller. */
  find(source: ImageSource): readonly DecodedImage[];
  /** Keeps an image if it fits. Its pixels must not change, and should be in shared memory where other threads read them. */
  keep(source: ImageSource, image: DecodedImage): void;
}

const none: readonly DecodedImage[] = [];

/** @param budget In bytes of pixels; 0 keeps nothing. */
export function createDecodedCache(budget: number): DecodedCache {
  const kept = new Map<string, DecodedImage[]>();
  let bytes = 0;
  let full = budget <= 0;
  return {
    get bytes() {
      return bytes;
    },
    get hasRoom() {
      return !full;
    },
    find: (source) => (kept.size === 0 || !('path' in source) ? none : (kept.get(keyOf(source)) ?? none)),
    keep(source, decoded) {
      if (!('path' in source)) return;
      const size = decoded.image.data.length;
      if (bytes + size > budget) {
        full = true;
        return;
      }
      const entries = kept.get(keyOf(source)) ?? [];
      // Two batches may decode the same image at once.
      if (entries.some(({ factor }) => factor === decoded.factor)) return;
      kept.set(keyOf(source), [...entries, decoded]);
      bytes += size;
    },
  };
}

function keyOf({ path, box }: Extract<ImageSource, { path: string }>): string {
  return box ? `${box.x},${box.y},${box.width},${box.height} ${path}` : path;
}

/** A copy in shared memory, which threads can read without copying it again. */
export function inSharedMemory({ image, ...rest }: DecodedImage): DecodedImage {
  const data = new Uint8Array(new SharedArrayBuffer(image.data.length));
  data.set(image.data);
  return { image: { ...image, data }, ...rest };
}
