import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

/** Pixels of one image, and of all large images that are decoded at once, whatever the number of threads: 134 million, 400 MB as RGB. */
export const maxPixels = 2 ** 27;
/** Smaller images do not count. */
const large = 2 ** 22;
/** In milliseconds. */
const between = 10;
const key = 'gradalign: pixels in memory';

let count: Int32Array | undefined;

/** Pixels held now, in memory that the threads of a pool share. */
function held(): Int32Array {
  if (count) return count;
  const shared = getEnvironmentData(key);
  count = new Int32Array(shared instanceof SharedArrayBuffer ? shared : new SharedArrayBuffer(4));
  return count;
}

/** Gives the threads that this thread starts from now on a budget of their own, all the same one. A pool does so: what its threads held ends with them. */
export function startSharedPixelBudget(): void {
  setEnvironmentData(key, new SharedArrayBuffer(4));
}

/**
 * Waits until so many pixels fit into what the threads of a pool may hold at once. One image always fits where nothing else is held.
 *
 * @returns what gives them back; calling it again does nothing
 */
export async function holdPixels(pixels: number): Promise<() => void> {
  if (pixels < large) return () => {};
  const now = held();
  for (;;) {
    const before = Atomics.load(now, 0);
    const fits = before === 0 || before + pixels <= maxPixels;
    if (fits && Atomics.compareExchange(now, 0, before, before + pixels) === before) break;
    if (!fits) await setTimeout(between);
  }
  let open = true;
  return () => {
    if (!open) return;
    open = false;
    // In a turn of its own: until then the caller's variables hold the pixels.
    setImmediate(() => {
      if (pixels >= worthCollecting) collect();
      Atomics.sub(now, 0, pixels);
    });
  };
}

/** Of memory outside its heap V8 knows nothing: without being asked it would not collect the pixels, and each thread would keep its last large image. */
function collect(): void {
  if (!garbageCollector) {
    setFlagsFromString('--expose-gc');
    garbageCollector = runInNewContext('gc') as () => void;
  }
  garbageCollector();
}

let garbageCollector: (() => void) | undefined;
/** Collecting takes some milliseconds, decoding so many pixels some hundred. */
const worthCollecting = 2 ** 23;
