import type { DomainBatch } from '../data/domain-batch.ts';
import { type Present, rowsInBatch } from './objective-parts.ts';

/** Samples of a batch that go through the network together. */
export interface Part {
  /** Indices among the batch's images: all first views of the samples, then all second views. */
  readonly images: readonly number[];
  /** Label of each image. */
  readonly labels: Int32Array;
  /** Name of the domain of each image. */
  readonly domainOf: readonly string[];
  /** The domains that it has samples of. */
  readonly domains: readonly string[];
  /** How many images the parts before it have. */
  readonly from: number;
}

/**
 * Splits the samples of these domains into at most `parts` parts whose sizes differ by at most one sample; the views of a sample stay together. Samples are
 * dealt by domain and label, so that each part has its share of both. Separate domains are split each by itself.
 */
export function partsOf(
  batch: DomainBatch,
  present: readonly Present[],
  { parts, isSeparate }: { readonly parts: number; readonly isSeparate: boolean },
): readonly Part[] {
  const groups = isSeparate ? present.map((domain) => [domain]) : [present];
  const nameOf = new Map(present.flatMap(({ name, rows }) => rows.map((row) => [row, name] as const)));
  let from = 0;
  return groups
    .flatMap((domains) => deal(batch, domains, parts))
    .map((rows) => {
      const images = rowsInBatch(rows, batch);
      const n = batch.labels.length;
      const domainOf = images.map((image) => nameOf.get(image % n) as string);
      const part = { images, labels: Int32Array.from(images, (image) => batch.labels[image % n] as number), domainOf, domains: [...new Set(domainOf)], from };
      from += images.length;
      return part;
    });
}

function deal({ labels }: DomainBatch, domains: readonly Present[], parts: number): number[][] {
  const sorted = domains.flatMap(({ rows }) => [...rows].sort((a, b) => (labels[a] as number) - (labels[b] as number) || a - b));
  const dealt = Array.from({ length: Math.min(parts, sorted.length) }, (): number[] => []);
  sorted.forEach((row, i) => {
    dealt[i % dealt.length]?.push(row);
  });
  return dealt.map((rows) => rows.sort((a, b) => a - b));
}
