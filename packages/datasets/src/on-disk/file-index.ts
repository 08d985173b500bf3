import { readdir, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { cannot } from '@gradalign/core';
import { byCodePoint } from './code-point-order.ts';
import { danglingBelow, type FileEntry, filesBelow, outsideBelow, readFolderTree } from './folder-tree.ts';

/** All files below a data set's root, by id, with case-insensitive lookup. */
export interface FileIndex {
  /** Absolute, as the user named it. */
  readonly root: string;
  readonly files: readonly FileEntry[];
  /** Broken links. */
  readonly dangling: readonly string[];
  /** Links that lead outside the root; they were not followed. */
  readonly outside: readonly string[];
  /**
   * Files whose path ends with this one (`protocols/real-train.txt`), in any folder and any case: those in the fewest
   * folders first, since people unpack archives into an extra folder, or name the folder above.
   */
  endingWith(path: string): readonly FileEntry[];
}

/**
 * Reads everything below a data set's root. Links are followed as long as they stay inside.
 *
 * @param dataset the domain's name, for messages
 * @param expected what should be there, for messages: the definition's layout
 * @throws UserError where there is no such folder, it cannot be read, or it holds no files
 */
export async function indexFiles(root: string, base: string, dataset: string, expected: string): Promise<FileIndex> {
  const path = resolve(base, root);
  const refuse = (is: string, cause?: Error) =>
    cannot(`read data set '${dataset}'`, is, `as option root a folder with\n${indented(expected)}`, cause ? { cause } : {});
  const found = await stat(path).catch(() => undefined);
  if (!found) throw refuse(`there is no folder ${path}`);
  if (!found.isDirectory()) throw refuse(`${path} is not a folder`);
  const tree = await readFolderTree(path).catch((cause: Error) => {
    throw refuse(cause.message, cause);
  });
  const files = filesBelow(tree).sort((a, b) => byCodePoint(a.id, b.id));
  const outside = outsideBelow(tree).sort(byCodePoint);
  const dangling = danglingBelow(tree).sort(byCodePoint);
  if (files.length === 0) {
    const links = outside.length > 0 ? `, only links that lead outside it, such as ${outside[0]}` : '';
    throw refuse(`${path} holds ${(await readdir(path)).length === 0 ? 'nothing' : `no files${links}`}`);
  }
  const byName = new Map<string, FileEntry[]>();
  for (const file of files) {
    const name = basename(file.id).toLowerCase();
    const those = byName.get(name);
    if (those) those.push(file);
    else byName.set(name, [file]);
  }
  return {
    root: path,
    files,
    dangling,
    outside,
    endingWith(wanted) {
      const end = wanted.normalize('NFC').toLowerCase();
      const named = byName.get(basename(end)) ?? [];
      return named.filter(({ id }) => `/${id.toLowerCase()}`.endsWith(`/${end}`)).sort((a, b) => depth(a) - depth(b) || byCodePoint(a.id, b.id));
    },
  };
}

/** The error for a root in which nothing is where it should be. */
export function nothingFits(index: FileIndex, dataset: string, expected: string): Error {
  const [first] = index.files;
  return cannot(
    `read data set '${dataset}'`,
    `${index.root} holds no clips where they are expected (it does hold files, such as ${first?.id})`,
    `a folder with\n${indented(expected)}`,
  );
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

function depth({ id }: FileEntry): number {
  return id.split('/').length;
}
