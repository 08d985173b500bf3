import type { Face } from '@gradalign/pixels';

/** A property of a picture that was compared with a limit. */
export interface JudgmentMeasure {
  /** `faces`: their number. `size`: shorter side of the face in pixels. `cutOff`: share of the face beyond the border. `brightness`: mean luma, 0..255. `sharpness`: variance of the Laplacian of the face at 112 x 112. */
  readonly name: 'faces' | 'size' | 'cutOff' | 'brightness' | 'sharpness';
  readonly value: number;
  /** Inclusive; absent: no bound on this side. */
  readonly least?: number;
  readonly most?: number;
}

/** What a check says about one picture. Plain data. */
export interface FaceJudgment {
  /** In pixels of the picture; null without a detector, or where there is not exactly one face. */
  readonly face: Face | null;
  /** Of bona fide, 0..1; null where the picture is refused. */
  readonly probability: number | null;
  /** What is compared with the threshold; null where the picture is refused. */
  readonly logit: number | null;
  /** A class of the model; `refused`: the picture cannot be judged; `undecided`: the model has no threshold. */
  readonly decision: string;
  /** Of single pictures, on the scale of `logit`; null where the model has none. */
  readonly threshold: number | null;
  /** Why it is refused, as a sentence for people; null where it is not. */
  readonly reason: string | null;
  /** All that was measured until the first limit was missed. */
  readonly measures: readonly JudgmentMeasure[];
}
