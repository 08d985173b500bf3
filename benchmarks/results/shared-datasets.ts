import type { AnyItem, Catalogue, Dataset, DatasetContext } from '@gradalign/core';

/**
 * The same catalogue, whose data sets are read once for equal options and seed: a process that trains many small runs would spend a good part of its
 * time on reading the same files. What was read for the last seed only is kept.
 */
export function createSharedDatasets(): (catalogue: Catalogue) => Catalogue {
  let seed: number | undefined;
  const made = new Map<string, Promise<Dataset>>();
  const share = (item: AnyItem): AnyItem => ({
    ...item,
    create: ((options: never, context: DatasetContext) => {
      if (context.seed.value !== seed) made.clear();
      seed = context.seed.value;
      const key = JSON.stringify([item.name, options, context.domain, context.folder]);
      const known = made.get(key) ?? Promise.resolve(item.create(options, context as never) as Dataset | Promise<Dataset>);
      made.set(key, known);
      return known;
    }) as AnyItem['create'],
  });
  return (catalogue) => ({ ...catalogue, find: (kind, name) => (kind === 'dataset' ? share(catalogue.find(kind, name)) : catalogue.find(kind, name)) });
}
