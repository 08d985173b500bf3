import { calibratedProbability } from '@gradalign/metrics';
import type { ImageSource, LeftOut, Sample } from '../contracts/dataset.ts';
import { cannot } from '../contracts/errors.ts';
import { type Reporter, silentReporter } from '../contracts/reporter.ts';
import { describeLeftOut } from '../data/left-out.ts';
import { aggregateFrames } from '../evaluation/aggregate-frames.ts';
import { logOdds } from '../evaluation/calibration.ts';
import { rankingScore } from '../evaluation/ranking-score.ts';
import { type ScoredSample, scoreSamples } from '../evaluation/score-samples.ts';
import type { ScoreScale } from '../evaluation/score-scale.ts';
import type { Decision } from './decisions.ts';
import type { TrainedRun } from './trained-run.ts';

/** Something to be scored: one image, or the frames of a video. */
export interface PredictionInput {
  /** Names it in the predictions. */
  readonly path: string;
  /** Default: image. */
  readonly kind?: 'image' | 'video';
  /** Of a video, its frames. */
  readonly images: readonly ImageSource[];
  readonly warnings?: readonly string[];
  /** Why it cannot be scored. */
  readonly error?: string;
}

/** What a trained model says about one image or one video. */
export interface Prediction {
  /** As it was passed in. */
  readonly path: string;
  readonly kind: 'image' | 'video';
  /** How many frames of a video were scored. */
  readonly frames?: number;
  /** Probability of each class by name, 0..1. Absent if it could not be scored. */
  readonly probabilities?: Readonly<Record<string, number>>;
  /** The network's own probability of bona fide, 0..1; present for two classes. */
  readonly score?: number;
  /** What is compared with the threshold, where that is a logit. */
  readonly logit?: number;
  /** The probability of bona fide as the decision calibrates it, 0..1. */
  readonly calibrated?: number;
  /** Accepted as bona fide when the logit (the score, where there is none) is at least this. */
  readonly threshold?: number;
  /** Name of a class: for two classes the second (`live`) at or above the threshold, absent without a threshold; for more, the most probable one. */
  readonly decision?: string;
  /** Why the model cannot have been trained on something like this. */
  readonly warnings?: readonly string[];
  /** Why there is no score. */
  readonly error?: string;
}

/** A threshold as predictions use it. */
export interface PredictionThreshold {
  readonly value: number;
  /** How it was chosen. */
  readonly from: string;
  /** 95 % interval, where it comes from a decision. */
  readonly interval?: readonly [number, number];
}

/** Predictions, and the thresholds behind their decisions. Plain JSON. */
export interface Predictions {
  /** One for each input, in the same order. */
  readonly predictions: readonly Prediction[];
  /** What thresholds are compared with; present for two classes. */
  readonly scale?: ScoreScale;
  /** For single images; absent if the run fixed none. */
  readonly threshold?: PredictionThreshold;
  /** For videos. */
  readonly videoThreshold?: PredictionThreshold;
  /** Pictures and videos in the folders searched that are of kinds that are not read. */
  readonly leftOut: readonly LeftOut[];
}

/** Options of `predict`. */
export interface PredictOptions {
  /** Default: the thresholds that the run fixed on its held-out source share when it ended, and no calibration. */
  readonly decision?: Decision;
  /** How the decision's threshold was chosen, for people. */
  readonly decisionFrom?: string;
  /** How many inputs there are, for progress. */
  readonly total?: number;
  /** What was found and is not among the inputs: told and returned. */
  readonly leftOut?: readonly LeftOut[];
  readonly reporter?: Reporter;
  readonly signal?: AbortSignal;
}

/** Images scored at once: those of more inputs are never in memory together. */
const imagesAtOnce = 256;

/**
 * Scores images and videos as `evaluate` scores frames and videos. An input that cannot be read is not an error: its prediction says why.
 *
 * @param inputs paths of image files, or what is to be scored under a path
 * @throws UserError where the decision was made for other weights; an AbortError if the signal aborts
 */
export async function predict(
  run: TrainedRun,
  inputs: readonly string[] | AsyncIterable<PredictionInput>,
  { decision, decisionFrom = 'chosen by gradalign calibrate', total, leftOut = [], reporter = silentReporter, signal }: PredictOptions,
): Promise<Predictions> {
  for (const line of describeLeftOut('the prediction', leftOut)) reporter.warn(line);
  if (decision && (decision.weights !== run.weights || decision.checkpoint !== run.checkpoint))
    throw cannot(
      'use the decision',
      `it was made for ${decision.weights} weights at ${decision.checkpoint}, and these are ${run.weights} at ${run.checkpoint}`,
      'the same weights, or a decision for these',
      { exitCode: 2 },
    );
  const levels = thresholdsOf(run, decision, decisionFrom);
  const scale = decision?.scale ?? run.scale ?? (run.risk.logit ? 'logit' : 'probability');
  const say = (input: PredictionInput, scored: readonly ScoredSample[], broken: string | undefined): Prediction => {
    const { path, kind = 'image', warnings = [], error } = input;
    const about = { path, kind, ...(warnings.length > 0 ? { warnings } : {}) };
    const [one] = kind === 'video' ? aggregateFrames(scored, decision?.aggregate ?? run.experiment.evaluate.aggregate) : scored;
    if (!one) return { ...about, error: error ?? broken ?? 'it was not scored' };
    return {
      ...about,
      ...(kind === 'video' ? { frames: scored.length } : {}),
      ...judge(run.classes, one, levels[kind], decision?.[kind === 'video' ? 'video' : 'frame']),
    };
  };
  const predictions: Prediction[] = [];
  const many = total ?? (Array.isArray(inputs) ? inputs.length : 0);
  for await (const part of inParts(inputs)) {
    const broken = new Map<string, string>();
    const scored = await scoreSamples({
      scoring: {
        ...{ model: run.model, risk: run.risk, loader: run.loader, batch: run.experiment.evaluate.batch, frames: 0, scale },
        ...(signal ? { signal } : {}),
      },
      domain: 'inputs',
      samples: part.flatMap(({ images }, i) => images.map((image, frame) => asSample(image, i, frame))),
      onBroken: ({ video = '' }, message) => broken.set(video, message),
    });
    const byInput = new Map<string, ScoredSample[]>();
    for (const one of scored) byInput.set(one.sample.video as string, [...(byInput.get(one.sample.video as string) ?? []), one]);
    predictions.push(...part.map((input, i) => say(input, byInput.get(String(i)) ?? [], broken.get(String(i)))));
    reporter.progress({ phase: 'scoring', done: predictions.length, total: Math.max(many, predictions.length), unit: 'inputs' });
  }
  const { image: threshold, video: videoThreshold } = levels;
  return {
    predictions,
    leftOut,
    ...(run.classes.length === 2 ? { scale } : {}),
    ...(threshold ? { threshold } : {}),
    ...(videoThreshold ? { videoThreshold } : {}),
  };
}

type Levels = { readonly image?: PredictionThreshold; readonly video?: PredictionThreshold };

function thresholdsOf(run: TrainedRun, decision: Decision | undefined, from: string): Levels {
  if (run.classes.length !== 2) return {};
  if (decision) {
    const of = ({ threshold: value, interval }: Decision['frame']): PredictionThreshold => ({ value, from, ...(interval ? { interval } : {}) });
    return { image: of(decision.frame), video: of(decision.video) };
  }
  return 'frame' in run.thresholds ? { image: run.thresholds.frame, video: run.thresholds.video } : {};
}

function judge(classes: readonly string[], scored: ScoredSample, threshold: PredictionThreshold | undefined, level: Decision['frame'] | undefined) {
  const { probabilities, logit } = scored;
  const byName = { probabilities: Object.fromEntries(classes.map((name, i) => [name, probabilities[i] as number])) };
  if (classes.length !== 2) return { ...byName, decision: classes[probabilities.indexOf(Math.max(...probabilities))] as string };
  return {
    ...byName,
    score: probabilities[1] as number,
    ...(logit ? { logit: logit.value } : {}),
    ...(level && !('error' in level.calibration) ? { calibrated: calibratedProbability(level.calibration, logOdds(scored)) } : {}),
    ...(threshold ? { threshold: threshold.value, decision: classes[rankingScore(scored) >= threshold.value ? 1 : 0] as string } : {}),
  };
}

async function* inParts(inputs: readonly string[] | AsyncIterable<PredictionInput>): AsyncGenerator<PredictionInput[]> {
  let part: PredictionInput[] = [];
  let images = 0;
  for await (const input of inputs) {
    const whole = typeof input === 'string' ? { path: input, images: [{ path: input }] } : input;
    part.push(whole);
    images += whole.images.length;
    if (images < imagesAtOnce) continue;
    yield part;
    [part, images] = [[], 0];
  }
  if (part.length > 0) yield part;
}

/** The input's number in its part stands for the video, for single images too, so that scores find their input. */
function asSample(image: ImageSource, input: number, frame: number): Sample {
  return { id: `${input}/${frame}`, image, label: 0, split: 'test', video: String(input), frame };
}
