import type { Catalogue, Dataset } from '@gradalign/core';
import type { Command } from 'commander';
import { repeatable } from './repeatable.ts';

/** Options of the commands that read a data set by the name of its adapter. */
export interface DatasetOptions {
  readonly use?: string;
  readonly root?: string;
  /** `option=value`, in the order given. */
  readonly set: readonly string[];
}

/** `also` is what else `--set` changes. */
export function withDatasetOptions(command: Command, { also = '' }: { readonly also?: string } = {}): Command {
  return command
    .option('--use <adapter>', 'read a data set by the name of its adapter, with --root (gradalign list --kind dataset)')
    .option('--root <folder>', 'root folder of the data set')
    .addOption(repeatable('--set <option=value>', `set another option of the adapter${also}`));
}

export interface NamedDataset {
  readonly dataset: Dataset;
  /** The adapter's options, defaults filled in; without `use`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The data set that `--use`, `--root` and `--set` name. */
export async function openDataset(use: string, { root, set }: DatasetOptions, domain: string, catalogue: Catalogue): Promise<NamedDataset> {
  const { completeOptions, createDataset, createSeed, optionsFromTexts } = await import('@gradalign/core');
  const item = catalogue.find('dataset', use);
  const options = completeOptions(item, { ...(root === undefined ? {} : { root }), ...optionsFromTexts(item, set) });
  return { dataset: await createDataset(domain, { ...options, use }, catalogue, createSeed(0)), options };
}
