import type { Risk } from '../contracts/loss.ts';
import type { Model } from '../contracts/model.ts';
import type { Reporter } from '../contracts/reporter.ts';
import type { ImageLoader } from '../images/image-loader.ts';

/** What scoring samples takes: a model, the risk that turns its logits into probabilities, and how images reach it. */
export interface Scoring {
  readonly model: Model;
  readonly risk: Risk;
  /** Decodes, crops and normalizes; its `image` is the size that the model was made for. */
  readonly loader: ImageLoader;
  /** Images in a forward pass. */
  readonly batch: number;
  /** Frames of each video, evenly spread; 0: all of them. */
  readonly frames: number;
  /** Told of progress and of images that are left out; default: nobody is. */
  readonly reporter?: Reporter;
  /** Aborting ends a pass between two batches, by an AbortError. */
  readonly signal?: AbortSignal;
}
