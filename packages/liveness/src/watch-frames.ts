import { cannot } from '@gradalign/core/pixels';
import { combineScores } from '@gradalign/metrics';
import type { ModelMetadata } from '@gradalign/model-format';
import type { FaceJudgment } from './judgment.ts';
import type { Picture } from './picture.ts';

/** Options of `watch`. */
export interface WatchOptions {
  /** Frames that are judged together: the newest of those that were not refused; default: all since the start, as for a video. */
  readonly window?: number;
  /** Seconds without a new frame after which the stream counts as stopped; default: 10. */
  readonly patience?: number;
  readonly signal?: AbortSignal;
}

/** What is known after a frame of a stream. Plain data. */
export interface StreamJudgment {
  /** The newest frame by itself. */
  readonly frame: FaceJudgment;
  /** Frames seen, and those of them that are judged together. */
  readonly seen: number;
  readonly judged: number;
  /** Frames aggregated as the run aggregates those of a video, on the scale of the threshold; null before a frame was judged. */
  readonly score: number | null;
  /** As for videos: a class, `refused` before a frame was judged, `undecided` where the model has no threshold. */
  readonly decision: string;
  /** Of videos. */
  readonly threshold: number | null;
  /** Why the newest frame is refused. */
  readonly reason: string | null;
}

/** Judges frames together, after each of them. A frame that is refused changes nothing but `frame`, `seen` and `reason`. */
export async function* watchFrames(
  frames: AsyncIterable<Picture>,
  check: (picture: Picture) => Promise<FaceJudgment>,
  { classes, scale, thresholds, aggregate }: ModelMetadata,
  { window = Number.POSITIVE_INFINITY, patience = 10, signal }: WatchOptions = {},
): AsyncGenerator<StreamJudgment> {
  if (classes.length !== 2) throw cannot('watch a stream', `the model has ${classes.length} classes`, 'two');
  if (!(window >= 1)) throw cannot('watch a stream', `the window is ${window} frames`, 'at least 1');
  const threshold = thresholds?.video.value ?? null;
  const scores: number[] = [];
  let seen = 0;
  for await (const picture of inTime(frames, patience, signal)) {
    const frame = await check(picture);
    seen++;
    const one = scale === 'probability' ? frame.probability : frame.logit;
    if (one !== null) scores.push(one);
    if (scores.length > window) scores.shift();
    const score = scores.length > 0 ? combineScores(scores, aggregate) : null;
    const decision = score === null ? 'refused' : threshold === null ? 'undecided' : (classes[score >= threshold ? 1 : 0] as string);
    yield { frame, seen, judged: scores.length, score, decision, threshold, reason: frame.reason };
  }
  if (seen === 0 && !signal?.aborted) throw cannot('watch the stream', 'it ended without a frame', 'at least one frame');
}

/** The frames, until the signal aborts. @throws UserError where the next one does not come in time */
async function* inTime(frames: AsyncIterable<Picture>, patience: number, signal: AbortSignal | undefined): AsyncGenerator<Picture> {
  const iterator = frames[Symbol.asyncIterator]();
  const aborted = new Promise<'aborted'>((resolve) => {
    if (signal?.aborted) resolve('aborted');
    signal?.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
  let ended = false;
  try {
    for (;;) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), patience * 1000);
      });
      const next = await Promise.race([aborted, iterator.next(), late]).finally(() => clearTimeout(timer));
      if (next === 'late') throw cannot('watch the stream', `no frame came for ${patience} seconds`, 'a stream that goes on');
      if (next === 'aborted') return;
      if (next.done) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } finally {
    // Not awaited: a generator that waits for a frame does not return before that comes.
    if (!ended) void iterator.return?.();
  }
}
