import { setImmediate } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';

/** Decodes a JPEG file to pixels, row by row, 1 or 3 bytes each. Rejects where it cannot read the file. */
export type JpegDecoder = (bytes: Uint8Array) => Promise<Uint8Array>;

let loading: Promise<JpegDecoder | undefined> | undefined;

/**
 * The decoder of @napi-rs/image, written in Rust: it takes less than half the processor time of sharp, which builds a pipeline of objects for each
 * image and moves it between threads. Undefined on platforms that it has no binary for.
 */
export function loadJpegDecoder(): Promise<JpegDecoder | undefined> {
  loading ??= import('@napi-rs/image').then(
    ({ Transformer }) =>
      async (bytes) => {
        // The main thread must not block: libuv's threads decode for it, several images at a time.
        if (isMainThread) return new Transformer(bytes).rawPixels();
        // Unused pixels are freed in a turn of the event loop, which a thread that never waits would not take.
        await setImmediate();
        return new Transformer(bytes).rawPixelsSync();
      },
    () => undefined,
  );
  return loading;
}
