import { setImmediate } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';

/** Pixels of a whole JPEG file: row by row, 1 or 3 bytes a pixel. Rejects where it does not understand the file. */
export type JpegDecoder = (bytes: Uint8Array) => Promise<Uint8Array>;

let loading: Promise<JpegDecoder | undefined> | undefined;

/**
 * The decoder of @napi-rs/image, which is written in Rust: less than half the processor time that sharp needs, which makes a pipeline of objects for each
 * picture and moves it between threads. undefined on a platform that it has no binary for.
 */
export function loadJpegDecoder(): Promise<JpegDecoder | undefined> {
  loading ??= import('@napi-rs/image').then(
    ({ Transformer }) =>
      async (bytes) => {
        // The main thread has others to serve, and images to ask for side by side: libuv's threads decode for it.
        if (isMainThread) return new Transformer(bytes).rawPixels();
        // Pixels that nobody reads any more are freed in a turn of the event loop, which a thread that never waits would not take.
        await setImmediate();
        return new Transformer(bytes).rawPixelsSync();
      },
    () => undefined,
  );
  return loading;
}
