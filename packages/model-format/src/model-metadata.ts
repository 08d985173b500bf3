import type { Calibration } from './calibration.ts';
import type { Aggregate } from './combine-scores.ts';

/** What thresholds are compared with: the output `logit`, or `probability`. */
export type ThresholdScale = 'logit' | 'probability';

/** A threshold that says where it comes from. */
export interface ModelThreshold {
  /** Accepted as bona fide when the output named by `scale` is at least this. */
  readonly value: number;
  /** How it was chosen, and on which data. */
  readonly from: string;
  /** 95 % interval, [low, high], where it comes from a decision. */
  readonly interval?: readonly [number, number];
}

/** Error rates at one threshold, as shares in 0..1. */
export interface CurvePoint {
  readonly threshold: number;
  /** Share of attacks at or above it, all species together. */
  readonly attacksAccepted: number;
  /** Share of bona fide samples below it. */
  readonly bonaFideRefused: number;
}

/** Error rates over the threshold. */
export interface ModelCurve {
  readonly measuredOn: string;
  /** By ascending threshold. */
  readonly points: readonly CurvePoint[];
}

/** What an exported model says about itself: the JSON under the key `gradalign` of the ONNX file's metadata properties. */
export interface ModelMetadata {
  /** Version of this format. Readers refuse newer ones. */
  readonly format: 1;
  /** The input `image`, float32 [n, size, size, channels], values 0..255; three channels are RGB, one is gray. Normalizing is part of the graph. */
  readonly image: {
    readonly size: number;
    readonly channels: 1 | 3;
    /** How training resized images to `size`: `bilinear`, `bilinear-antialias` or `bicubic`. */
    readonly interpolation: string;
  };
  /**
   * How faces were cropped, as `gradalign data prepare` recorded it (`crop`: name, size, margin, square, align; `format` of the files: `jpeg 95`, `png`); null where
   * that is not known. Only `differs`, a part of a sentence, where sources were not cropped alike.
   */
  readonly preparation: Readonly<Record<string, unknown>> | null;
  /** Names by label. Of two the second is bona fide. */
  readonly classes: readonly string[];
  /** Two classes: what thresholds are compared with. */
  readonly scale?: ThresholdScale;
  /** The logit is multiplied by it before the sigmoid; absent where the loss gives no logit. */
  readonly logitScale?: number;
  /** What was applied to the output `probability`; null: it is the network's own. */
  readonly calibration: { readonly method: 'temperature'; readonly temperature: number } | { readonly method: 'isotonic'; readonly points: number } | null;
  /** Name of the decision that thresholds and calibration come from; null: fixed by the run itself, on its held-out source share. */
  readonly decision: string | null;
  /** For one image, and for the aggregated frames of a video; null without a threshold. */
  readonly thresholds: { readonly image: ModelThreshold; readonly video: ModelThreshold } | null;
  /** How frames of a video become one score. */
  readonly aggregate: Aggregate;
  /**
   * What of the frames is aggregated: `probability` where the loss gives no logit, sigmoid(logitScale · logit) without calibration; thresholds are then those of its
   * log-odds. Absent in models of older versions: `logit`.
   */
  readonly aggregated?: ThresholdScale;
  /** From the log-odds of a video (logitScale · score) to its calibrated probability; null: sigmoid. Absent in models of older versions. */
  readonly videoCalibration?: Calibration | null;
  /** Frames of a video that the run scores, evenly spread over those that `preparation.frames` chooses; 0: all of those. Absent in models of older versions. */
  readonly framesPerVideo?: number;
  /** Shares of attacks and people over the threshold, on held-out source images; null where there are no scores. */
  readonly curve: ModelCurve | null;
  /** The same for videos; null where the scores name none. Absent in models of older versions. */
  readonly videoCurve?: ModelCurve | null;
  /** What it was trained on and how. */
  readonly training: {
    /** Source domains with their number of images, where the run recorded it. */
    readonly domains: Readonly<Record<string, number | null>>;
    readonly model: string;
    readonly method: string;
    readonly seed: number;
  };
  /** Where the weights come from. */
  readonly run: {
    /** SHA-256 of the run's settings and data; null in runs of older versions. */
    readonly fingerprint: string | null;
    readonly checkpoint: string;
    readonly weights: string;
  };
  /** What made it: `gradalign`, `tensorflow`, `node`, `opset`. */
  readonly versions: Readonly<Record<string, string>>;
  /** License of the weights as given at export; null: not stated. */
  readonly license: string | null;
  /** The comparison with the run that it was exported from. */
  readonly check:
    | {
        readonly done: true;
        readonly images: number;
        readonly runtime: string;
        readonly largestDifference: { readonly logit: number; readonly probability: number };
      }
    | { readonly done: false };
  /** Absent in float models. */
  readonly quantization?: { readonly weights: 'int8 by channel'; readonly activations: 'uint8'; readonly calibratedOn: string };
}

/** Key of the metadata property that holds the JSON. */
export const metadataKey = 'gradalign';

/** The newest format that this package reads. */
export const newestFormat = 1;
