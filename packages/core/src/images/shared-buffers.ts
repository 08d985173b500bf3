/** Buffers of shared memory for reuse: a new one costs a page fault every 4 KB, and is garbage collected long after its last use. */
export interface SharedBuffers {
  /** A buffer of `length` values: zeros, or what it held when it was returned. */
  take(length: number): Float32Array<SharedArrayBuffer>;
  /** Returns a buffer, which the caller must no longer read or write. */
  give(values: Float32Array): void;
}

/** Keeps at most `max` unused buffers. */
export function createSharedBuffers(max: number): SharedBuffers {
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
      free = [...free, buffer].slice(-max);
    },
  };
}
