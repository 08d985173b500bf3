import { loadJpegDecoder, loadSharp } from '@gradalign/pixels/files';
import { createDecodedCache } from './decoded-cache.ts';
import { createImageTask, type ImageTaskSettings, type LoadedImages, type TaskResult } from './image-task.ts';
import type { ImageRequest } from './image-views.ts';
import type { PlacedRequests } from './image-worker.ts';
import { createSharedBuffers } from './shared-buffers.ts';
import { workerEntry } from './worker-entry.ts';
import { receiveError } from './worker-error.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool.ts';

export type { LoadedImages } from './image-task.ts';
export type { ImageRequest, ImageSettings } from './image-views.ts';

/** What `createImageLoader` needs. */
export interface ImageLoaderOptions extends ImageTaskSettings {
  /** Threads that decode and augment; 0: the calling thread does. The numbers are the same. */
  readonly workers: number;
  /** Bytes of decoded pixels to keep in memory; default: 0, every image is decoded anew. The numbers are the same. */
  readonly cacheBytes?: number;
  /** Called with the first image of each kind of change that decoding makes to pixels: `turned 90 degrees (EXIF orientation)`, and its path. */
  readonly onChange?: (change: string, path: string) => void;
}

/** Turns image files into normalized views, many at once. Whoever creates one closes it. */
export interface ImageLoader extends AsyncDisposable {
  /** Side in pixels and channels of its views. */
  readonly image: { readonly size: number; readonly channels: 1 | 3 };
  /** Loads images, each once for all its views. All requests of a call must ask for the same number of views. Unreadable images do not throw: they are `broken`. */
  load(requests: readonly ImageRequest[]): Promise<LoadedImages>;
  /** What decoding did to the pixels of images loaded so far: how many files, by kind. */
  changes?(): Readonly<Record<string, number>>;
  /** Returns the `data` of a call for reuse, once nobody reads it any more. Optional: data that is not returned is garbage collected. */
  recycle?(data: Float32Array): void;
  /** Ends the threads; rejects what is being loaded. */
  close(): Promise<void>;
}

/** Batches in memory at once: the one being trained on, and those loaded ahead. */
const buffersKept = 4;

/** Images per message to a worker: few enough to spread a batch over the workers, enough to make the cost of messages negligible. */
const taskSize = 8;

/** Makes a loader; threads start and plugins are imported with the first request. Throws where mean and deviation do not have 1 or 3 values each. */
export function createImageLoader({ workers, cacheBytes = 0, onChange, ...settings }: ImageLoaderOptions): ImageLoader {
  const { size, mean, std } = settings.image;
  const channels = mean.length;
  if ((channels !== 1 && channels !== 3) || std.length !== channels) {
    throw new Error(`Cannot load images: the mean has ${channels} values and the standard deviation ${std.length}, expected 1 or 3 of each`);
  }
  const length = size * size * channels;
  const here = createImageTask(settings);
  const buffers = createSharedBuffers(buffersKept);
  const cache = createDecodedCache(cacheBytes);
  const withDecoded = (request: ImageRequest): ImageRequest => {
    const decoded = cache.find(request.source);
    return decoded.length > 0 ? { ...request, decoded } : request;
  };
  const changed = new Map<string, Set<string>>();
  const note = (source: ImageRequest['source'], changes: readonly string[]) => {
    if (!('path' in source)) return;
    for (const change of changes) {
      const files = changed.get(change) ?? new Set();
      if (files.size === 0) onChange?.(change, source.path);
      changed.set(change, files.add(source.path));
    }
  };
  const finish = (requests: readonly ImageRequest[], data: Float32Array, results: readonly TaskResult[]): LoadedImages => {
    for (const { index, image: decoded } of results.flatMap((result) => result.decoded)) cache.keep((requests[index] as ImageRequest).source, decoded);
    for (const { index, changes } of results.flatMap((result) => result.changed)) note((requests[index] as ImageRequest).source, changes);
    return { data, broken: results.flatMap(({ broken }) => broken) };
  };
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();
  /** One call after another, as in a worker. */
  const loadHere = (requests: readonly ImageRequest[], views: number): Promise<LoadedImages> => {
    const loading = last.then(async () => {
      const data = new Float32Array(views * requests.length * length);
      return finish(requests, data, [await here(requests.map(withDecoded), { values: data, first: 0, total: requests.length, keepDecoded: cache.hasRoom })]);
    });
    last = loading.catch(() => {});
    return loading;
  };
  let starting: Promise<WorkerPool<PlacedRequests, TaskResult>> | undefined;
  const start = async () => {
    // This thread must load their libraries first, or they are unloaded when the first worker ends.
    await Promise.all([loadSharp(), loadJpegDecoder()]);
    return createWorkerPool<PlacedRequests, TaskResult>(workerEntry(import.meta.url, 'image-worker'), settings, workers);
  };

  /** The workers write into one shared buffer: nothing is copied, and several threads share the cost of touching new pages. */
  const loadInWorkers = async (requests: readonly ImageRequest[], views: number): Promise<LoadedImages> => {
    starting ??= start();
    const pool = await starting;
    const runTask = (task: PlacedRequests) =>
      pool.run(task).catch((error: unknown) => {
        throw receiveError(error);
      });
    const data = buffers.take(views * requests.length * length);
    const atOnce = Math.max(1, Math.min(taskSize, Math.ceil(requests.length / workers)));
    const starts = Array.from({ length: Math.ceil(requests.length / atOnce) }, (_, i) => i * atOnce);
    const results = await Promise.all(
      starts.map((first) =>
        runTask({
          requests: requests.slice(first, first + atOnce).map(withDecoded),
          options: { values: data, first, total: requests.length, keepDecoded: cache.hasRoom },
        }),
      ),
    );
    return finish(requests, data, results);
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
      return workers === 0 ? loadHere(requests, views) : loadInWorkers(requests, views);
    },
    changes: () => Object.fromEntries([...changed].map(([change, files]): [string, number] => [change, files.size]).sort(([a], [b]) => (a < b ? -1 : 1))),
    recycle: buffers.give,
    close,
    [Symbol.asyncDispose]: close,
  };
}
