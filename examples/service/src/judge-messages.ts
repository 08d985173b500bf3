import type { FaceJudgment, JudgmentMeasure, PictureLimits, SelfTest } from '@gradalign/liveness';
import type { ProblemKind } from './problem.ts';
import type { Settings } from './settings.ts';

export type MediaKind = 'picture' | 'clip';

/** What a judging process is started with. */
export interface JudgeSettings {
  readonly model: string;
  readonly golden: string;
  readonly runtime: Settings['runtime'];
  readonly cropped: boolean;
  /** Whether ffmpeg is there. */
  readonly clips: boolean;
  /** Of a clip that are judged. */
  readonly frames: number | undefined;
  readonly limits: Settings['limits'];
  readonly refuse: Partial<PictureLimits>;
  /** For one picture or clip. */
  readonly seconds: number;
}

/** A picture or a clip to judge. */
export interface JudgeTask {
  readonly id: number;
  readonly kind: MediaKind;
  /** Content of the file. */
  readonly bytes: Uint8Array;
}

/** Which model judges. */
export interface ModelSummary {
  /** Of the run that it was exported from. */
  readonly fingerprint: string | null;
  /** Of the file. */
  readonly sha256: string;
  readonly classes: readonly string[];
  /** The decision that its thresholds come from; null: fixed by the run itself. */
  readonly decision: string | null;
  readonly versions: Readonly<Record<string, string>>;
}

/** A picture or clip that was judged. */
export interface Verdict {
  readonly kind: MediaKind;
  readonly decision: string;
  /** Of bona fide, 0..1; null of a clip where a model of an older version has an isotonic calibration. */
  readonly probability: number | null;
  /** What was compared with the threshold: of a clip its aggregated frames. */
  readonly score: number;
  /** Null where the model has none. */
  readonly threshold: number | null;
  /** Null: why a picture is refused stands in problems. */
  readonly reason: null;
  /** Of a clip, those of its newest frame that was judged. */
  readonly face: FaceJudgment['face'];
  readonly measures: readonly JudgmentMeasure[];
  /** Of a clip. */
  readonly frames?: { readonly read: number; readonly judged: number };
}

/** Why there is no verdict. */
export interface Refusal {
  readonly kind: Extract<ProblemKind, 'unreadable' | 'too-large' | 'unsupported-type' | 'refused' | 'takes-too-long'>;
  readonly detail: string;
  /** Of a picture that was read and cannot be judged. */
  readonly judgment?: Pick<FaceJudgment, 'decision' | 'reason' | 'face' | 'measures'>;
}

/** From a judging process: first `ready` or `failed`, then one answer for each task, in order. */
export type JudgeAnswer =
  | { readonly ready: { readonly model: ModelSummary; readonly selfTest: SelfTest } }
  | { readonly failed: { readonly message: string; readonly isBug: boolean } }
  | { readonly id: number; readonly residentBytes: number; readonly verdict: Verdict }
  | { readonly id: number; readonly residentBytes: number; readonly refusal: Refusal }
  | { readonly id: number; readonly residentBytes: number; readonly error: string };
