import { type ModelMetadata, scoreVideo } from '@gradalign/model-format';
import { cannot, chooseScored, type FrameChoice, parseFrameChoice, UserError } from '@gradalign/pixels';
import type { FaceJudgment } from './judgment.ts';
import type { Picture } from './picture.ts';
import { type Arrived, takeFrames } from './take-frames.ts';

/** Options of `watch`. */
export interface WatchOptions {
  /**
   * Frames that are judged together: the newest of those that were not refused, and every frame is judged. Default: those that `gradalign predict` would take of a
   * video that ended here: by the rule of preparation (`every=5`), then so many, evenly spread, as the run scores of a video.
   */
  readonly window?: number;
  /** Seconds without a new frame after which the stream counts as stopped; default: 10. */
  readonly patience?: number;
  /**
   * Takes frames as they come, and judges the newest: those that come while one is judged are dropped, and every frame is closed by `watch` if it can be
   * (`VideoFrame`). For sources that queue. Default: false, the source is asked for a frame when the one before is judged.
   */
  readonly drop?: boolean;
  readonly signal?: AbortSignal;
}

/** What is known after a frame of a stream. Plain data. */
export interface StreamJudgment {
  /** The newest frame by itself. */
  readonly frame: FaceJudgment;
  /** Frames that came, and those of them that are judged together. */
  readonly seen: number;
  readonly judged: number;
  /** Frames that came while another was judged and were never looked at. */
  readonly dropped: number;
  /** Frames aggregated as the run aggregates those of a video, on the scale of the threshold; null before a frame was judged. */
  readonly score: number | null;
  /** Of bona fide, of the frames together, 0..1; null before a frame was judged, and for models of older versions with an isotonic calibration. */
  readonly probability: number | null;
  /** As for videos: a class, `refused` before a frame was judged, `undecided` where the model has no threshold. */
  readonly decision: string;
  /** Of videos. */
  readonly threshold: number | null;
  /** Why the newest frame is refused. */
  readonly reason: string | null;
}

/** Judgments of a stream as they come. */
export interface Watching extends AsyncGenerator<StreamJudgment, void, undefined> {
  /** Ends it at once, also while it waits for a frame: nothing more is judged, and the source is told. */
  stop(): void;
}

/** Judges frames together, after each of them. A frame that is refused, or cannot be read, changes nothing but `frame`, `seen` and `reason`. */
export function watchFrames(
  frames: AsyncIterable<Picture>,
  check: (picture: Picture) => Promise<FaceJudgment>,
  metadata: ModelMetadata,
  { signal, ...options }: WatchOptions = {},
): Watching {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true, signal: stopping.signal });
  return Object.assign(judgeFrames(frames, check, metadata, { ...options, signal: stopping.signal }), { stop });
}

async function* judgeFrames(
  frames: AsyncIterable<Picture>,
  check: (picture: Picture) => Promise<FaceJudgment>,
  metadata: ModelMetadata,
  { window, patience = 10, drop = false, signal }: WatchOptions & { readonly signal: AbortSignal },
): AsyncGenerator<StreamJudgment, void, undefined> {
  const { classes, scale, thresholds } = metadata;
  if (classes.length !== 2) throw cannot('watch a stream', `the model has ${classes.length} classes`, 'two');
  if (window !== undefined && !(window >= 1)) throw cannot('watch a stream', `the window is ${window} frames`, 'at least 1');
  if (!(patience > 0)) throw cannot('watch a stream', `the patience is ${patience} seconds`, 'more than 0');
  const threshold = thresholds?.video.value ?? null;
  const together = window === undefined ? asPredict(metadata) : newest(window);
  let last: Arrived | undefined;
  for await (const arrived of takeFrames(frames, { wanted: together.wants, patience, drop, signal })) {
    last = arrived;
    if (!('picture' in arrived)) continue;
    const frame = await judgedOrRefused(arrived.picture, check, metadata);
    if (signal.aborted) return;
    const one = scale === 'probability' ? frame.probability : frame.logit;
    if (one !== null) together.add(arrived.index, one);
    const scores = together.scores(arrived.index + 1);
    const { score, probability } = scores.length > 0 ? scoreVideo(scores, metadata) : { score: null, probability: null };
    const decision = score === null ? 'refused' : threshold === null ? 'undecided' : (classes[score >= threshold ? 1 : 0] as string);
    const { index, dropped } = arrived;
    yield { frame, seen: index + 1, judged: scores.length, dropped, score, probability, decision, threshold, reason: frame.reason };
  }
  if (!last && !signal.aborted) throw cannot('watch the stream', 'it ended without a frame', 'at least one frame');
}

/** A frame without pixels, or of another kind, is no reason to end a stream: cameras send some when they start or turn. */
async function judgedOrRefused(picture: Picture, check: (picture: Picture) => Promise<FaceJudgment>, { thresholds }: ModelMetadata): Promise<FaceJudgment> {
  try {
    return await check(picture);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const threshold = thresholds?.image.value ?? null;
    return { face: null, probability: null, logit: null, decision: 'refused', threshold, reason: error.message, measures: [] };
  }
}

/** Which frames are judged together. */
interface Together {
  /** Whether a frame is looked at. */
  wants(index: number): boolean;
  add(index: number, score: number): void;
  /** Those of a stream that ends after so many frames. */
  scores(count: number): readonly number[];
}

function newest(window: number): Together {
  const scores: number[] = [];
  return {
    wants: () => true,
    add(_, score) {
      scores.push(score);
      if (scores.length > window) scores.shift();
    },
    scores: () => scores,
  };
}

/** Models of older versions do not say how many frames of a video count: all do. */
function asPredict({ framesPerVideo, preparation }: ModelMetadata): Together {
  const choice: FrameChoice = parseFrameChoice(framesPerVideo === undefined ? 'all' : String(preparation?.['frames'] ?? 'every=5'));
  const scores = new Map<number, number>();
  return {
    wants: (index) => choice.mayChoose(index),
    add: (index, score) => void scores.set(index, score),
    scores: (count) => chooseScored(count, choice, framesPerVideo ?? 0).flatMap((index) => scores.get(index) ?? []),
  };
}
