import { createHash } from 'node:crypto';
import type { Sample } from '../contracts/dataset.ts';
import type { Seed } from '../contracts/seed.ts';
import { passOverSamples } from '../evaluation/pass-over-samples.ts';
import type { TrainedRun } from './trained-run.ts';

/** Options of `collectFeatures`. */
export interface CollectFeaturesOptions {
  /** At most so many images in all, spread evenly over domains and labels, drawn by the run's seed. */
  readonly samples: number;
  /** Aborting ends the pass between two batches with an AbortError. */
  readonly signal?: AbortSignal;
}

/** An image whose features are taken. */
export interface FeatureSample {
  readonly sample: Sample;
  readonly domain: string;
  /** What the run used the domain for. */
  readonly role: 'source' | 'target';
}

/** Which images are taken, and their features. */
export interface CollectedFeatures {
  /** SHA-256 of the names and labels of the images that were drawn. */
  readonly images: string;
  /**
   * One forward pass over them, with running statistics; images that cannot be read are left out, with a warning.
   *
   * @returns the features [d] of each
   */
  measure(): Promise<readonly (FeatureSample & { readonly features: readonly number[] })[]>;
}

/** Draws images of the training share of the sources and of the targets, for a look at the features that a trained run gives them. */
export async function collectFeatures(run: TrainedRun, { samples: most, signal }: CollectFeaturesOptions): Promise<CollectedFeatures> {
  const { sources, targets } = await run.domains();
  const all = [
    ...sources.map(({ name, samples }) => ({ domain: name, role: 'source' as const, samples })),
    ...targets.map(({ name, samples }) => ({ domain: name, role: 'target' as const, samples })),
  ];
  const groups = all.flatMap(({ domain, role, samples }) =>
    run.classes.map((_, label) => ({ domain, role, label, samples: samples.filter((sample) => sample.label === label) })),
  );
  const drawn = spread(groups, most, run.seed);
  const hash = createHash('sha256');
  for (const { sample, domain } of drawn) hash.update(`${domain}\n${sample.id}\n${sample.label}\n`);
  return {
    images: hash.digest('hex'),
    async measure() {
      const { model, risk, loader, reporter, experiment } = run;
      const scoring = { model, risk, loader, reporter, batch: experiment.evaluate.batch, frames: 0, ...(signal ? { signal } : {}) };
      const measured: (FeatureSample & { features: readonly number[] })[] = [];
      for (const { domain, role } of all) {
        const samples = drawn.flatMap((one) => (one.domain === domain && one.role === role ? [one.sample] : []));
        const rows = await passOverSamples({ scoring, domain, samples }, 'features of', ({ features }) => features);
        for (const { sample, values } of rows) measured.push({ sample, domain, role, features: values });
      }
      return measured;
    },
  };
}

interface Group extends Omit<FeatureSample, 'sample'> {
  readonly label: number;
  readonly samples: readonly Sample[];
}

/** The smallest groups whole, what they leave over shared by the others. */
function spread(groups: readonly Group[], most: number, seed: Seed): FeatureSample[] {
  const bySize = [...groups].sort((a, b) => a.samples.length - b.samples.length);
  const quota = new Map<Group, number>();
  let left = most;
  for (const [i, group] of bySize.entries()) {
    const share = Math.min(group.samples.length, Math.floor(left / (bySize.length - i)));
    quota.set(group, share);
    left -= share;
  }
  return groups.flatMap((group) => {
    const { domain, role, label, samples } = group;
    const shuffled = seed.stream('features').at(`${role}/${domain}/${label}`).shuffle(samples);
    return shuffled.slice(0, quota.get(group)).map((sample) => ({ sample, domain, role }));
  });
}
