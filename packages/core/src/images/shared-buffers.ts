/** Pieces of shared memory that are used again: fresh ones cost a page fault every 4 KB, and their collection lags far behind their use. */
export interface SharedBuffers {
  /** `length` values: zeros, or what was in it when it was given back. */
  take(length: number): Float32Array<SharedArrayBuffer>;
  /** The caller reads and writes it no more. */
  give(values: Float32Array): void;
}

/** Keeps at most `most` pieces that nobody uses. */
export function createSharedBuffers(most: number): SharedBuffers {
  const taken = new WeakSet<SharedArrayBuffer>();
  let free: SharedArrayBuffer[] = [];
  return {
    take(length) {
      const bytes = length * Float32Array.BYTES_PER_ELEMENT;
      const found = free.find(({ byteLength }) => byteLength === bytes);
      free = free.filter((buffer) => buffer !== found);
      const buffer = found ?? new SharedArrayBuffer(bytes);
      taken.add(buffer);
      return new Float32Array(buffer);
    },
    give({ buffer }) {
      if (!(buffer instanceof SharedArrayBuffer) || !taken.delete(buffer)) return;
      free = [...free, buffer].slice(-most);
    },
  };
}
