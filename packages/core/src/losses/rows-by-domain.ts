import type { AuxiliaryBatch } from '../contracts/loss.ts';

/** The rows of the features that belong to each source domain present in the batch, of all views: domains without a sample are left out. */
export function rowsByDomain({ domains, views }: Pick<AuxiliaryBatch, 'domains' | 'views'>): readonly (readonly number[])[] {
  const rows = new Map<number, number[]>();
  for (let view = 0; view < views; view++) {
    for (const [i, domain] of domains.entries()) {
      const own = rows.get(domain) ?? [];
      own.push(view * domains.length + i);
      rows.set(domain, own);
    }
  }
  return [...rows].sort(([a], [b]) => a - b).map(([, own]) => own);
}
