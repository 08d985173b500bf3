import { existsSync, statSync } from 'node:fs';
import type { Catalogue, Dataset } from '@gradalign/core';
import { loadBundled } from '../options/bundled-plugins.ts';
import { type DatasetOptions, openDataset } from '../options/dataset-options.ts';
import { readExperiment } from '../options/experiment-options.ts';
import type { TrustOption } from '../options/trust-option.ts';
import type { Terminal } from '../terminal.ts';

export interface FoundDatasets {
  readonly entries: readonly { readonly domain: string; readonly dataset: Dataset }[];
  /** Where the data sets come from. */
  readonly catalogue: Catalogue;
}

/**
 * The data sets to inspect: the one that `--use` names, the domains of a folder, or those of an experiment.
 *
 * @throws UserError with exit code 2 if there is none of these
 */
export async function findDatasets(what: string | undefined, options: DatasetOptions & TrustOption, terminal: Terminal): Promise<FoundDatasets> {
  const { cannot } = await import('@gradalign/core');
  const { use } = options;
  if (use !== undefined) {
    const catalogue = await loadBundled();
    const { dataset } = await openDataset(use, options, use, catalogue);
    return { catalogue, entries: [{ domain: use, dataset }] };
  }
  if (what === undefined) throw cannot('inspect', 'no data set is given', 'an experiment, a folder, or --use <adapter> --root <folder>', { exitCode: 2 });
  if (!existsSync(what)) throw cannot(`inspect ${what}`, 'it does not exist', 'an experiment or a folder', { exitCode: 2 });
  return statSync(what).isDirectory() ? inFolder(what, terminal) : ofExperiment(what, options, terminal);
}

async function inFolder(folder: string, terminal: Terminal): Promise<FoundDatasets> {
  const { createFolderDataset, createSeed, linkedOutside, linksOutOf } = await import('@gradalign/core');
  const { listDomains } = await import('@gradalign/datasets');
  const catalogue = await loadBundled();
  const domains = listDomains(folder);
  for (const link of linksOutOf(folder)) terminal.warn(`${link}: ${linkedOutside}`);
  // A folder without domains gets the adapter's own message.
  const found = domains.length > 0 ? domains : [{ domain: folder, root: folder }];
  const open = async ({ domain, root }: (typeof found)[number]) => ({
    domain,
    dataset: await createFolderDataset(domain, root, catalogue, createSeed(0)),
  });
  return { catalogue, entries: await Promise.all(found.map(open)) };
}

async function ofExperiment(file: string, options: DatasetOptions & TrustOption, terminal: Terminal): Promise<FoundDatasets> {
  const { createDataset, createSeed } = await import('@gradalign/core');
  const { experiment, catalogue } = await readExperiment(file, options, terminal);
  const all = Object.entries({ ...experiment.data.source, ...experiment.data.target });
  const open = async ([domain, named]: (typeof all)[number]) => ({
    domain,
    dataset: await createDataset(domain, named, catalogue, createSeed(experiment.seed)),
  });
  return { catalogue, entries: await Promise.all(all.map(open)) };
}
