import type { Sample } from '../contracts/dataset.ts';
import type { Risk } from '../contracts/loss.ts';
import type { Model } from '../contracts/model.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { FrameChoice } from '../data/choose-frames.ts';
import type { ImageLoader } from '../images/image-loader.ts';
import type { ScoreScale } from './score-scale.ts';

/** What scoring samples takes: a model, the risk that turns its logits into probabilities, and how images reach it. */
export interface Scoring {
  /** Its current weights and running statistics are used. Stays the caller's. */
  readonly model: Model;
  /** Turns logits into probabilities. */
  readonly risk: Risk;
  /** Decodes, crops and normalizes; its `image` must have the size that the model was made for. Stays the caller's. */
  readonly loader: ImageLoader;
  /** Images in a forward pass. */
  readonly batch: number;
  /** Which frames of each video are scored. */
  readonly frames: FrameChoice;
  /** `probability`: samples get no logit, so that they compare with thresholds of runs that ranked by probabilities. Default: the risk's logit where it gives one. */
  readonly scale?: ScoreScale;
  /** Receives progress, and warnings about images that are left out; default: silent. */
  readonly reporter?: Reporter;
  /** Called for each image that is left out because it cannot be read, besides the warning. */
  onUnreadable?(domain: string, sample: Sample, message: string): void;
  /** Aborting ends the pass between two batches with an AbortError. */
  readonly signal?: AbortSignal;
}
