import type { DomainBatches, LoadedBatch } from '@gradalign/core';

/** The same batches, in which a domain is absent at some steps: `gaps` maps a step, counted over the run, to the domain's index. `onBatch` sees each. */
export function batchesWithGaps(batches: DomainBatches, gaps: Readonly<Record<number, number>>, onBatch: (batch: LoadedBatch) => void): DomainBatches {
  return {
    stepsPerEpoch: batches.stepsPerEpoch,
    async *epoch(epoch, options = {}) {
      let step = epoch * batches.stepsPerEpoch + (options.from ?? 0);
      for await (const whole of batches.epoch(epoch, options)) {
        const absent = gaps[step++];
        const batch = absent === undefined ? whole : withoutDomain(whole, absent);
        onBatch(batch);
        yield batch;
      }
    },
  };
}

function withoutDomain(batch: LoadedBatch, absent: number): LoadedBatch {
  const { images, shape, labels, domains, views, samples } = batch;
  const n = labels.length;
  const rows = Array.from(domains.keys()).filter((row) => domains[row] !== absent);
  const length = images.length / shape[0];
  const kept = new Float32Array(views * rows.length * length);
  for (let view = 0; view < views; view++)
    for (const [i, row] of rows.entries())
      kept.set(images.subarray((view * n + row) * length, (view * n + row + 1) * length), (view * rows.length + i) * length);
  const of = (values: Int32Array) => Int32Array.from(rows, (row) => values[row] as number);
  return {
    ...batch,
    images: kept,
    shape: [views * rows.length, shape[1], shape[2], shape[3]],
    labels: of(labels),
    domains: of(domains),
    samples: rows.map((row) => samples[row] as (typeof samples)[number]),
  };
}
