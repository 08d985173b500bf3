import type { ImageSource } from '../contracts/dataset.ts';
import type { DecodedImage } from './decode-image.ts';

/** Decoded images in memory, up to a stated size. What is in it stays: epochs read in an ever new order, where throwing out old images would only cost. */
export interface DecodedCache {
  /** Bytes of pixels that it holds: never above its budget. */
  readonly bytes: number;
  /** Whether what is decoded now may still be kept. */
  readonly hasRoom: boolean;
  /** All that is kept of this picture: at its own size, or smaller ones. */
  find(source: ImageSource): readonly DecodedImage[];
  /** Keeps it if it fits. Its pixels must not change, and should lie in shared memory where other threads read them. */
  keep(source: ImageSource, image: DecodedImage): void;
}

const none: readonly DecodedImage[] = [];

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
      // Two batches may decode the same picture at once.
      if (entries.some(({ factor }) => factor === decoded.factor)) return;
      kept.set(keyOf(source), [...entries, decoded]);
      bytes += size;
    },
  };
}

function keyOf({ path, box }: Extract<ImageSource, { path: string }>): string {
  return box ? `${box.x},${box.y},${box.width},${box.height} ${path}` : path;
}

/** A copy whose pixels every thread can read without a further one. */
export function inSharedMemory({ image, ...rest }: DecodedImage): DecodedImage {
  const data = new Uint8Array(new SharedArrayBuffer(image.data.length));
  data.set(image.data);
  return { image: { ...image, data }, ...rest };
}
