import { cannot } from '../contracts/errors.ts';
import type { DomainBatches, LoadedBatch } from '../data/domain-batches.ts';
import type { Slot } from '../data/group-videos.ts';
import type { ImageLoader } from '../images/image-loader.ts';

/**
 * The same batches in every epoch, loaded once and kept in memory: `slots` in as few parts as hold at most `most` samples each, dealt in turns.
 *
 * @throws UserError where an image cannot be read.
 */
export async function fixedBatches(
  slots: readonly Slot[],
  loader: ImageLoader,
  { views, most }: { readonly views: number; readonly most: number },
): Promise<DomainBatches & { readonly all: readonly LoadedBatch[] }> {
  const count = Math.ceil(slots.length / most);
  const all = await Promise.all(Array.from({ length: count }, (_, part) => load(slots.filter((_, i) => i % count === part))));
  return {
    all,
    stepsPerEpoch: count,
    async *epoch(_, { from = 0 } = {}) {
      yield* all.slice(from);
    },
  };

  async function load(part: readonly Slot[]): Promise<LoadedBatch> {
    const { data, broken } = await loader.load(part.map(({ sample }, row) => ({ source: sample.image, keys: [0, 0, row], views })));
    const [first] = broken;
    if (first) throw cannot(`load ${part[first.index]?.sample.id}`, first.message, 'an image that can be read');
    const { size, channels } = loader.image;
    return {
      images: data,
      shape: [views * part.length, size, size, channels],
      labels: Int32Array.from(part, ({ sample }) => sample.label),
      domains: Int32Array.from(part, ({ domain }) => domain),
      views,
      samples: part.map(({ sample }) => sample),
      waitMs: 0,
    };
  }
}
