import { createImageTask, type ImageTaskSettings, type LoadedImages } from './image-task.ts';
import type { ImageRequest } from './image-views.ts';
import { loadSharp } from './load-sharp.ts';
import { workerEntry } from './worker-entry.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool.ts';

export type { LoadedImages } from './image-task.ts';
export type { ImageRequest, ImageSettings } from './image-views.ts';

export interface ImageLoaderOptions extends ImageTaskSettings {
  /** Threads that decode and augment; 0: this one does. The numbers are the same. */
  readonly workers: number;
}

/** Images from files to normalised views, many at once. */
export interface ImageLoader extends AsyncDisposable {
  /** Side in pixels and channels of what it makes. */
  readonly image: { readonly size: number; readonly channels: 1 | 3 };
  /** Each image is read once for all its views. All requests of a call ask for the same number of views. */
  load(requests: readonly ImageRequest[]): Promise<LoadedImages>;
  /** Ends the threads; what is being loaded is rejected. */
  close(): Promise<void>;
}

/** Images a worker is sent at once: small enough to spread a batch over the workers, large enough not to count messages. */
const taskSize = 8;

export function createImageLoader({ workers, ...settings }: ImageLoaderOptions): ImageLoader {
  const { size, mean, std } = settings.image;
  const channels = mean.length;
  if ((channels !== 1 && channels !== 3) || std.length !== channels) {
    throw new Error(`Cannot load images: the mean has ${channels} values and the standard deviation ${std.length}, expected 1 or 3 of each`);
  }
  const length = size * size * channels;
  const here = createImageTask(settings);
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();
  /** One call after the other, as a worker does. */
  const loadHere = (requests: readonly ImageRequest[]): Promise<LoadedImages> => {
    const loading = last.then(() => here(requests));
    last = loading.catch(() => {});
    return loading;
  };
  let starting: Promise<WorkerPool<readonly ImageRequest[], LoadedImages>> | undefined;
  const start = async () => {
    // sharp's library has to be loaded by this thread first, or it goes when the first worker does.
    await loadSharp();
    return createWorkerPool<readonly ImageRequest[], LoadedImages>(workerEntry(import.meta.url, 'image-worker'), settings, workers);
  };

  const loadInWorkers = async (requests: readonly ImageRequest[], views: number): Promise<LoadedImages> => {
    starting ??= start();
    const pool = await starting;
    const data = new Float32Array(views * requests.length * length);
    const broken: { index: number; message: string }[] = [];
    const atOnce = Math.max(1, Math.min(taskSize, Math.ceil(requests.length / workers)));
    const starts = Array.from({ length: Math.ceil(requests.length / atOnce) }, (_, i) => i * atOnce);
    await Promise.all(
      starts.map(async (first) => {
        const part = requests.slice(first, first + atOnce);
        const loaded = await pool.run(part);
        const values = part.length * length;
        for (let view = 0; view < views; view++) {
          data.set(loaded.data.subarray(view * values, (view + 1) * values), (view * requests.length + first) * length);
        }
        broken.push(...loaded.broken.map(({ index, message }) => ({ index: first + index, message })));
      }),
    );
    return { data, broken: broken.sort((a, b) => a.index - b.index) };
  };

  const close = async () => {
    closed = true;
    await (await starting)?.close();
  };

  return {
    image: { size, channels },
    async load(requests) {
      const views = requests[0]?.views ?? 0;
      const other = requests.find((request) => request.views !== views);
      if (other) throw new Error(`Cannot load images: ${views} and ${other.views} views are asked for at once, expected the same number for all`);
      if (closed) throw new Error('Cannot load images: the loader is closed, expected an open one');
      return workers === 0 ? loadHere(requests) : loadInWorkers(requests, views);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
