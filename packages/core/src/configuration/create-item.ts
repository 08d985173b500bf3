import type { Dataset, DatasetDefinition } from '../contracts/dataset.ts';
import { cannot } from '../contracts/errors.ts';
import type { Named } from '../contracts/named.ts';
import type { AnyItem, Kind } from '../contracts/plugin.ts';
import type { Seed } from '../contracts/seed.ts';
import type { Catalogue } from './catalogue.ts';

/** Makes the item that `{ use: name, ...options }` names. The options must be complete: those of an experiment are; pass others through `completeOptions`. */
export function createItem<T>(catalogue: Catalogue, kind: Kind, { use, ...options }: Named, ...context: unknown[]): T {
  return (catalogue.find(kind, use) as AnyItem & { create(...args: unknown[]): T }).create(options, ...context);
}

/**
 * Makes the data set of a domain: reads what its adapter finds on disk.
 *
 * @param domain The domain's key in the experiment.
 * @param named Name and complete options; paths are relative to the working folder.
 * @param seed For data sets that draw or split at random.
 * @throws UserError where the files are not what the adapter expects.
 */
export async function createDataset(domain: string, named: Named, catalogue: Catalogue, seed: Seed): Promise<Dataset> {
  return createItem<Dataset | Promise<Dataset>>(catalogue, 'dataset', named, { seed, domain, folder: process.cwd() });
}

/**
 * Makes the data set of a folder that the user named without saying which data set it is: by the adapter that reads plain folders.
 *
 * @param folder Absolute path.
 * @throws UserError where no loaded plugin reads plain folders, or the folder is not laid out as that adapter expects.
 */
export async function createFolderDataset(domain: string, folder: string, catalogue: Catalogue, seed: Seed): Promise<Dataset> {
  const adapter = catalogue.items('dataset').find(({ item }) => (item as unknown as DatasetDefinition).folderOnly)?.item;
  if (!adapter)
    throw cannot(`read the folder ${folder}`, 'no loaded plugin reads plain folders', 'a plugin that does (plugins in the experiment)', { exitCode: 2 });
  return createDataset(domain, { use: adapter.name, root: folder }, catalogue, seed);
}
