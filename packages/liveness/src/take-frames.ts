import { cannot } from '@gradalign/pixels';
import type { Picture } from './picture.ts';

/** Options of {@link takeFrames}. */
export interface TakeOptions {
  /** Whether the frame of this number is looked at; the others are passed over. */
  readonly wanted: (index: number) => boolean;
  /** Seconds without a new frame after which the source counts as stopped. */
  readonly patience: number;
  /** Takes frames while one is being looked at, keeps the newest and closes all. */
  readonly drop: boolean;
  readonly signal: AbortSignal;
}

/** A frame that came; without its picture where it is not looked at. */
export interface Arrived {
  /** From 0; frames that were dropped count. */
  readonly index: number;
  readonly dropped: number;
  readonly picture?: Picture;
}

/** The frames of a source until it ends or the signal aborts. @throws UserError where the next one does not come in time */
export async function* takeFrames(frames: AsyncIterable<Picture>, options: TakeOptions): AsyncGenerator<Arrived, void, undefined> {
  const iterator = frames[Symbol.asyncIterator]();
  const source = { ended: false };
  try {
    yield* options.drop ? newestOf(iterator, source, options) : oneByOne(iterator, source, options);
  } finally {
    // Not awaited: a generator that waits for a frame does not return before that comes.
    if (!source.ended) iterator.return?.()?.catch(() => {});
  }
}

interface Source {
  ended: boolean;
}

async function* oneByOne(
  iterator: AsyncIterator<Picture>,
  source: Source,
  { wanted, patience, signal }: TakeOptions,
): AsyncGenerator<Arrived, void, undefined> {
  for (let index = 0; ; index++) {
    const next = await inTime(iterator.next(), patience, signal);
    if (next === 'aborted') return;
    if (next.done) {
      source.ended = true;
      return;
    }
    yield { index, dropped: 0, ...(wanted(index) ? { picture: next.value } : {}) };
  }
}

async function* newestOf(
  iterator: AsyncIterator<Picture>,
  source: Source,
  { wanted, patience, signal }: TakeOptions,
): AsyncGenerator<Arrived, void, undefined> {
  const state: Taking = { dropped: 0, stopped: false, arrived: () => {} };
  void takeAll(iterator, wanted, state)
    .catch((error: unknown) => {
      state.failed = { error };
    })
    .finally(() => {
      source.ended = true;
      state.arrived();
    });
  try {
    for (;;) {
      const coming = new Promise<void>((resolve) => {
        state.arrived = resolve;
      });
      if (!state.waiting && !source.ended && (await inTime(coming, patience, signal)) === 'aborted') return;
      const { waiting, failed, dropped } = state;
      if (waiting) {
        delete state.waiting;
        try {
          yield { ...waiting, dropped };
        } finally {
          close(waiting.picture);
        }
        if (signal.aborted) return;
      } else if (failed) throw failed.error;
      else if (source.ended) return;
    }
  } finally {
    state.stopped = true;
    if (state.waiting) close(state.waiting.picture);
  }
}

interface Taking {
  /** The newest frame that nobody looks at yet. */
  waiting?: { readonly index: number; readonly picture: Picture };
  failed?: { readonly error: unknown };
  dropped: number;
  /** Nobody waits for frames any more. */
  stopped: boolean;
  /** Called with each frame, and at the end. */
  arrived: () => void;
}

async function takeAll(iterator: AsyncIterator<Picture>, wanted: TakeOptions['wanted'], state: Taking): Promise<void> {
  for (let index = 0; !state.stopped; index++) {
    const { done, value: picture } = await iterator.next();
    if (done) return;
    if (state.stopped || !wanted(index)) close(picture);
    else {
      if (state.waiting) {
        state.dropped++;
        close(state.waiting.picture);
      }
      state.waiting = { index, picture };
    }
    state.arrived();
    // A source that never waits would leave no time to judge.
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** @throws UserError where it takes longer */
async function inTime<T>(coming: Promise<T>, patience: number, signal: AbortSignal): Promise<T | 'aborted'> {
  if (signal.aborted) return 'aborted';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort = () => {};
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), patience * 1000);
  });
  const aborted = new Promise<'aborted'>((resolve) => {
    onAbort = () => resolve('aborted');
    signal.addEventListener('abort', onAbort);
  });
  try {
    const first = await Promise.race([aborted, coming, late]);
    if (first === 'late') throw cannot('watch the stream', `no frame came for ${patience} seconds`, 'a stream that goes on');
    return first;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** A `VideoFrame` or `ImageBitmap` holds memory of the graphics card. */
function close(picture: Picture): void {
  (picture as { readonly close?: () => void }).close?.();
}
