import type { FaceJudgment, SelfTest, StreamJudgment } from '@gradalign/liveness';
import type { ModelMetadata } from '@gradalign/model-format';

/** Addresses of what a checker loads. */
export interface CheckerFiles {
  readonly model: string;
  readonly golden: string;
  /** Folder of the face detector's files. */
  readonly detector: string;
}

/** What is known about a model that is loaded. Plain data. */
export interface LoadedModel {
  readonly metadata: ModelMetadata;
  /** Bytes of the file. */
  readonly size: number;
  /** Or why there is none. */
  readonly selfTest: SelfTest | { readonly missing: string };
}

/** What the page asks of the worker: one answer for each. Frames are closed by the worker. */
export interface Questions {
  readonly load: { readonly asks: CheckerFiles; readonly answer: LoadedModel };
  readonly check: { readonly asks: Blob; readonly answer: FaceJudgment };
  /** Begins a stream, and forgets the one before: its frames are judged together, `window` of them at most. */
  readonly begin: { readonly asks: { readonly window: number }; readonly answer: null };
  readonly frame: { readonly asks: ImageBitmap; readonly answer: StreamJudgment };
}

export type Question = keyof Questions;

export interface Asked<Q extends Question = Question> {
  readonly id: number;
  readonly question: Q;
  readonly about: Questions[Q]['asks'];
}

export type Answered = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };
