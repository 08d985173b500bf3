import type { Sample } from '../contracts/dataset.ts';
import type { Sampling } from '../contracts/sampling.ts';
import type { Seed } from '../contracts/seed.ts';
import type { Slot } from './group-videos.ts';

/** What the batches are drawn from, and how. */
export interface EpochPlanOptions {
  /** The source domains, each with the samples to train on. */
  readonly domains: readonly { readonly name: string; readonly samples: readonly Sample[] }[];
  /** Samples of each domain in a step. Without balance over domains a step has the same total, from all domains together. */
  readonly perDomain: number;
  /** What is equally frequent in a step where sampling is balanced. */
  readonly balance: readonly ('domain' | 'label')[];
  /** How videos follow each other; default: `balanced`. */
  readonly sampling?: Sampling;
  /** Default: as many as it takes to draw as many samples as there are videos. */
  readonly stepsPerEpoch?: number;
  readonly seed: Seed;
}

/** Which samples the steps of a run train on. */
export interface EpochPlan {
  readonly stepsPerEpoch: number;
  /** What is unusual about the data: a domain with one label, fewer videos than a step takes. */
  readonly warnings: readonly string[];
  /** The slots of each step of an epoch: the same in every call. */
  epoch(epoch: number): readonly (readonly Slot[])[];
}
