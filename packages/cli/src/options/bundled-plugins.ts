import type { Catalogue } from '@gradalign/core';

/** The plugins that come with the command. */
const bundledPlugins: readonly string[] = ['@gradalign/optimizers', '@gradalign/models', '@gradalign/datasets', '@gradalign/fas-gac', '@gradalign/loggers'];

/** Where plugins are looked for, besides the experiment's own folder: this package, so that the bundled ones are always found. */
export const resolveFrom: readonly string[] = [import.meta.url];

/** What the bundled plugins offer, and those that `more` names. */
export async function loadBundled(more: readonly string[] = []): Promise<Catalogue> {
  const { loadCatalogue } = await import('@gradalign/core');
  return loadCatalogue([...bundledPlugins, ...more], { resolveFrom });
}
