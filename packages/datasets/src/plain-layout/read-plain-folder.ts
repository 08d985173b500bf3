import { resolve } from 'node:path';
import { cannot, type DatasetContext } from '@gradalign/core';
import { type FolderTree, filesBelow, type Links, linkProblems, outsideBelow, readFolderTree } from '../on-disk/folder-tree.ts';
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
): Promise<PlainLayout> {
  const subjectOf = subject === undefined ? subjectBeforeUnderscore : subjectByPattern(subject, domain);
  const folder = await findDomainFolder(resolve(base, root), domain, wanted, links);
  const tree = await readFolderTree(folder, { links }).catch((cause: Error) => {
    throw cannot(`read data set '${domain}'`, cause.message, 'folders that can be read', { cause });
  });
  const read = readPlainLayout(tree, subjectOf);
  const problems = linkProblems(tree);
  const layout = problems.length === 0 ? read : { ...read, notes: { ...read.notes, problems: [...(read.notes.problems ?? []), ...problems] } };
  if (layout.samples.length === 0) throw noImages(domain, folder, tree);
  return layout;
}

function noImages(domain: string, folder: string, tree: FolderTree): Error {
  const [first] = filesBelow(tree);
  const [link] = outsideBelow(tree);
  return cannot(
    `read data set '${domain}'`,
    `${folder} holds no images where they are expected${first ? ` (it does hold files, such as ${first.id})` : link === undefined ? '' : ` (only links that lead outside it, such as ${link}: option links: follow)`}`,
    '.jpg, .jpeg or .png files under <split>/live and <split>/attack',
  );
}
