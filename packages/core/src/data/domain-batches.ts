import type { Sample } from '../contracts/dataset.ts';
import { cannot } from '../contracts/errors.ts';
import type { ImageLoader, ImageRequest } from '../images/image-loader.ts';
import { createEpochPlan, type EpochPlanOptions, type Slot } from './epoch-plan.ts';

/** One batch in memory, before it becomes a tensor. */
export interface LoadedBatch {
  /** Normalized values of `shape`: all first views, then all second views. Valid until the next batch is requested, which reuses the memory. */
  readonly images: Float32Array;
  /** [views * n, size, size, channels]. */
  readonly shape: readonly [number, number, number, number];
  /** Label of each of the n samples. */
  readonly labels: Int32Array;
  /** Index of each sample's domain. */
  readonly domains: Int32Array;
  /** Augmented views of each sample; at least 1. */
  readonly views: number;
  /** The n samples that were loaded. */
  readonly samples: readonly Sample[];
  /** Milliseconds that training waited for the batch. */
  readonly waitMs: number;
}

/** What `createDomainBatches` needs. */
export interface DomainBatchesOptions extends EpochPlanOptions {
  /** Augmented views of each sample. */
  readonly views: number;
  /** Stays the caller's, who closes it. */
  readonly loader: ImageLoader;
  /** How many batches are loaded ahead; default: 2. Each takes its size in memory. */
  readonly prefetch?: number;
  /** Called once for each image that cannot be read. Another one of its domain and label takes its place. */
  readonly onBroken?: (message: string, sample: Sample, domain: string) => void;
  /** Called while the batches are created, for each thing that is unusual about the data. */
  readonly onWarning?: (message: string) => void;
}

/** The training batches of a run. */
export interface DomainBatches {
  readonly stepsPerEpoch: number;
  /**
   * The batches of an epoch, from step `from` on: the same for the same seed, whatever came before, so that a run can be resumed anywhere.
   * Near its end the first batches of the next epoch are loaded already; leaving the loop early drops what was loaded ahead.
   *
   * @throws UserError where all images of a domain and label are unreadable.
   */
  epoch(epoch: number, options?: { readonly from?: number }): AsyncIterableIterator<LoadedBatch>;
}

/**
 * Plans the batches of a run and loads them ahead of time.
 *
 * @throws UserError where there is no domain, or one without samples.
 */
export function createDomainBatches(options: DomainBatchesOptions): DomainBatches {
  const { domains, views, loader, seed, prefetch = 2, onBroken, onWarning } = options;
  const plan = createEpochPlan(options);
  const { stepsPerEpoch } = plan;
  for (const warning of plan.warnings) onWarning?.(warning);
  const reported = new Set<Sample>();
  const replacements = seed.stream('replacement');
  let planned: { readonly epoch: number; readonly steps: readonly (readonly Slot[])[] } | undefined;
  let ahead = new Map<number, Promise<Omit<LoadedBatch, 'waitMs'>>>();

  /** Steps are counted over all epochs. */
  const request = (step: number) => {
    let loading = ahead.get(step);
    if (!loading) {
      const epoch = Math.floor(step / stepsPerEpoch);
      if (planned?.epoch !== epoch) planned = { epoch, steps: plan.epoch(epoch) };
      loading = load(planned.steps[step % stepsPerEpoch] as readonly Slot[], [epoch, step % stepsPerEpoch]);
      // Awaited later or never: until then a failure must not count as unhandled.
      loading.catch(() => {});
      ahead.set(step, loading);
    }
    return loading;
  };

  const load = async (slots: readonly Slot[], position: readonly [epoch: number, step: number]): Promise<Omit<LoadedBatch, 'waitMs'>> => {
    const requests = slots.map(({ sample }, row): ImageRequest => ({ source: sample.image, keys: [...position, row], views }));
    const { data, broken } = await loader.load(requests);
    const samples = slots.map(({ sample }) => sample);
    const length = data.length / (views * slots.length);
    for (const { index: row, message } of broken) {
      const slot = slots[row] as Slot;
      report(slot, message);
      const other = await replacement(slot, [...position, row]);
      samples[row] = other.sample;
      for (let view = 0; view < views; view++) data.set(other.data.subarray(view * length, (view + 1) * length), (view * slots.length + row) * length);
    }
    const { size, channels } = loader.image;
    return {
      images: data,
      shape: [views * slots.length, size, size, channels],
      labels: Int32Array.from(samples, ({ label }) => label),
      domains: Int32Array.from(slots, ({ domain }) => domain),
      views,
      samples,
    };
  };

  /** The first readable image, in an order that depends only on the position in the batch: not on what is known to be broken, nor on when. */
  const replacement = async ({ sample: broken, domain }: Slot, keys: readonly number[]) => {
    const { name, samples } = domains[domain] as (typeof domains)[number];
    const same = samples.filter(({ label }) => label === broken.label);
    const order = replacements
      .at(...keys)
      .shuffle(same)
      .filter((sample) => !reported.has(sample));
    for (let start = 0, count = 1; start < order.length; start += count, count = Math.min(2 * count, 64)) {
      const candidates = order.slice(start, start + count);
      const loaded = await loader.load(candidates.map(({ image }) => ({ source: image, keys, views })));
      for (const { index, message } of loaded.broken) report({ sample: candidates[index] as Sample, domain }, message);
      const first = candidates.findIndex((_, i) => !loaded.broken.some(({ index }) => index === i));
      const length = loaded.data.length / (views * candidates.length);
      if (first >= 0) {
        const data = new Float32Array(views * length);
        for (let view = 0; view < views; view++) {
          const from = (view * candidates.length + first) * length;
          data.set(loaded.data.subarray(from, from + length), view * length);
        }
        return { sample: candidates[first] as Sample, data };
      }
    }
    throw cannot(`fill a batch from domain '${name}'`, `none of its ${same.length} images with label ${broken.label} can be read`, 'at least one');
  };

  const report = ({ sample, domain }: Slot, message: string) => {
    if (!reported.has(sample)) onBroken?.(message, sample, (domains[domain] as (typeof domains)[number]).name);
    reported.add(sample);
  };

  return {
    stepsPerEpoch,
    async *epoch(epoch, { from = 0 } = {}) {
      const first = epoch * stepsPerEpoch + from;
      const end = (epoch + 1) * stepsPerEpoch;
      ahead = new Map([...ahead].filter(([step]) => step >= first && step <= first + prefetch));
      let left = true;
      try {
        for (let step = first; step < end; step++) {
          const asked = performance.now();
          const loading = request(step);
          for (let next = step + 1; next <= step + prefetch; next++) void request(next);
          ahead.delete(step);
          const batch = await loading;
          yield { ...batch, waitMs: performance.now() - asked };
          loader.recycle?.(batch.images);
        }
        left = false;
      } finally {
        if (left) ahead.clear();
      }
    },
  };
}
