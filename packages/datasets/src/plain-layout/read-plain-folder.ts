import { basename, dirname, resolve } from 'node:path';
import { cannot, type Dataset, type DatasetContext } from '@gradalign/core';
import { imageKindNames } from '@gradalign/core/images';
import { type FolderTree, filesBelow, type Links, linkProblems, outsideBelow, readFolderTree } from '../on-disk/folder-tree.ts';
import { preparationLosses } from '../on-disk/preparation-losses.ts';
import { preparationRecord } from '../on-disk/preparation-record.ts';
import { findDomainFolder } from './domain-folder.ts';
import { type PlainLayout, readPlainLayout } from './plain-layout.ts';
import { subjectBeforeUnderscore, subjectByPattern } from './subject-rule.ts';

/** Options of the data set `image-folder`. */
export interface PlainFolderOptions {
  /** Folder of the domain, or one that holds domains; relative paths start at the context's folder. */
  readonly root: string;
  /** Folder of the domain inside `root`; default: the one named like the context's domain. */
  readonly domain?: string;
  /** Regular expression whose one group is the subject; default: the text before the first `_` of a video's name. */
  readonly subject?: string;
  /** Links that lead out of the folder: left out and told by default. */
  readonly links?: Links;
}

/**
 * Reads one domain in the plain layout.
 *
 * @throws UserError where the folder is missing, cannot be read, or holds no images in the layout's places
 */
export async function readPlainFolder(
  { root, domain: wanted, subject, links }: PlainFolderOptions,
  { domain, folder: base }: Pick<DatasetContext, 'domain' | 'folder'>,
): Promise<PlainLayout & Pick<Dataset, 'preparation'>> {
  const subjectOf = subject === undefined ? subjectBeforeUnderscore : subjectByPattern(subject);
  const folder = await findDomainFolder(resolve(base, root), domain, wanted, links);
  const tree = await readFolderTree(folder, { links }).catch((cause: Error) => {
    throw cannot(`read data set '${domain}'`, cause.message, 'folders that can be read', { cause });
  });
  const layout = readPlainLayout(tree, subjectOf);
  if (layout.samples.length === 0) throw noImages(domain, folder, tree, layout);
  const preparation = await preparationRecord(dirname(folder), basename(folder));
  const lost = await preparationLosses(dirname(folder), basename(folder));
  const outside = linkProblems(tree);
  const problems = [...(layout.notes.problems ?? []), ...outside];
  const notes = { ...layout.notes, ...(problems.length > 0 ? { problems } : {}), leftOut: [...(layout.notes.leftOut ?? []), ...lost] };
  return { ...layout, notes, ...(preparation ? { preparation } : {}) };
}

function noImages(domain: string, folder: string, tree: FolderTree, { notes: { leftOut = [] } }: PlainLayout): Error {
  const [first] = filesBelow(tree);
  const [left] = leftOut;
  const [link] = outsideBelow(tree);
  const such = left ? `such as ${left.what}: ${left.why}` : `such as ${first?.id}`;
  const holds = first ? ` (it does hold files, ${such})` : link === undefined ? '' : ` (only links that lead outside it, such as ${link}: option links)`;
  return cannot(
    `read data set '${domain}'`,
    `${folder} holds no images where they are expected${holds}`,
    `${imageKindNames} files under <split>/live and <split>/attack`,
  );
}
