import type { RawDomain } from '@gradalign/datasets';
import { loadBundled } from '../options/bundled-plugins.ts';
import { type DatasetOptions, openDataset } from '../options/dataset-options.ts';
import type { OptionReader } from '../options/option-reader.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `gradalign data prepare` that say what is prepared. */
export interface RawDomainOptions extends DatasetOptions {
  readonly domain?: string;
  readonly label?: string;
  readonly split?: string;
  readonly links?: string;
}

/** The domains to prepare: those of a folder of videos, or the data set that `--use` names. */
export async function findRawDomains(folder: string | undefined, options: RawDomainOptions, reader: OptionReader): Promise<RawDomain[]> {
  const { use, root, domain, label, split, links } = options;
  if (folder !== undefined && use === undefined) return inFolder(folder, options, reader);
  if (use === undefined || folder !== undefined)
    return reader.refuse(
      folder === undefined ? 'no data set is given' : 'both a folder and --use are given',
      '--use <adapter> --root <folder>, or a folder of videos',
    );
  if (label !== undefined || split !== undefined) reader.refuse(`--label and --split are given with --use ${use}, which knows both`, '--use without them');
  if (links !== undefined) reader.refuse(`--links is given with --use ${use}`, 'option links of the data set, where it has one (--set links=follow)');
  const name = domain ?? use;
  const { dataset, options: own } = await openDataset(use, options, name, await loadBundled());
  const { root: _, ...recorded } = own;
  return [{ domain: name, dataset, use, options: recorded, ...(root === undefined ? {} : { root }) }];
}

async function inFolder(folder: string, { domain, label, split, links }: RawDomainOptions, { choice }: OptionReader): Promise<RawDomain[]> {
  const { readUserVideos } = await import('@gradalign/datasets');
  const found = await readUserVideos(folder, {
    ...(label === undefined ? {} : { label: choice('label', label, ['live', 'attack']) }),
    ...(split === undefined ? {} : { split: choice('split', split, ['train', 'dev', 'test']) }),
    ...(domain === undefined ? {} : { domain }),
    ...(links === undefined ? {} : { links: choice('links', links, ['inside', 'follow']) }),
  });
  return found.map((one) => ({ ...one, use: 'videos', options: {}, root: folder }));
}

/** Warns about what an adapter left out, and of its other problems: a line for each kind, with the first three. */
export async function warnAboutNotes(domain: string, notes: RawDomain['dataset']['notes'], terminal: Terminal): Promise<void> {
  const { describeLeftOut, describeProblems } = await import('@gradalign/core');
  for (const line of describeLeftOut(`'${domain}'`, notes?.leftOut ?? [])) terminal.warn(line);
  const problems = describeProblems(`'${domain}'`, notes ? { notes } : {});
  if (problems !== undefined) terminal.warn(problems);
}
