import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { leadsOutside } from '@gradalign/core';
import { byCodePoint } from './code-point-order.ts';

/** A folder and its content. `id` is its path relative to the tree's root: `/` between parts, Unicode NFC, the same on every machine. */
export interface FolderTree {
  readonly name: string;
  readonly id: string;
  readonly folders: readonly FolderTree[];
  readonly files: readonly FileEntry[];
  /** Broken links. */
  readonly dangling: readonly string[];
  /** Links that lead outside the root; they were not followed. */
  readonly outside: readonly string[];
}

export interface FileEntry {
  readonly name: string;
  readonly id: string;
  /** The path on this machine. */
  readonly path: string;
}

/** What is done with links that lead out of the root: `inside` leaves them out, `follow` follows them. */
export type Links = 'inside' | 'follow';

export interface ReadOptions {
  /** Default: `inside`. The root itself may be a link. */
  readonly links?: Links | undefined;
}

/**
 * Reads a folder and everything below it. Links are followed where they stay inside it, but never into one of their own ancestors. Hidden files and folders, and
 * those that operating systems create, are ignored.
 */
export async function readFolderTree(root: string, { links = 'inside' }: ReadOptions = {}): Promise<FolderTree> {
  const real = await realpath(root);
  return readFolder(root, '', '', [real], links === 'inside' ? real : undefined);
}

/** Every file below the folder. */
export function filesBelow({ folders, files }: FolderTree): FileEntry[] {
  return [...files, ...folders.flatMap(filesBelow)];
}

export function danglingBelow({ folders, dangling }: FolderTree): string[] {
  return [...dangling, ...folders.flatMap(danglingBelow)];
}

export function outsideBelow({ folders, outside }: FolderTree): string[] {
  return [...outside, ...folders.flatMap(outsideBelow)];
}

/** A sentence for each link that leads outside the root, by name. */
export function linkProblems(tree: FolderTree): string[] {
  return outsideBelow(tree)
    .sort(byCodePoint)
    .map((id) => `${id} is a link that leads outside the root: not followed`);
}

/** `ancestors` are the real paths of this folder and its parents. Links must stay below `within`, where that is given. */
async function readFolder(path: string, id: string, name: string, ancestors: readonly string[], within: string | undefined): Promise<FolderTree> {
  const folders: Promise<FolderTree>[] = [];
  const files: FileEntry[] = [];
  const dangling: string[] = [];
  const outside: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (isPassedOver(entry.name)) continue;
    const entryPath = join(path, entry.name);
    const entryId = `${id === '' ? '' : `${id}/`}${entry.name.normalize('NFC')}`;
    const target = entry.isSymbolicLink() ? await followed(entryPath) : entry;
    if (!target) {
      dangling.push(entryId);
    } else if (within !== undefined && entry.isSymbolicLink() && leadsOutside(entryPath, within)) {
      outside.push(entryId);
    } else if (target.isDirectory()) {
      const real = entry.isSymbolicLink() ? await realpath(entryPath) : join(ancestors.at(-1) as string, entry.name);
      if (!ancestors.includes(real)) folders.push(readFolder(entryPath, entryId, entry.name, [...ancestors, real], within));
    } else if (target.isFile()) {
      files.push({ name: entry.name, id: entryId, path: entryPath });
    }
  }
  return { name, id, folders: await Promise.all(folders), files, dangling, outside };
}

/** The target of a link; undefined where there is none, or it is the link itself. */
async function followed(path: string): Promise<{ isDirectory(): boolean; isFile(): boolean } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function isPassedOver(name: string): boolean {
  return name.startsWith('.') || /^(thumbs\.db|desktop\.ini|__macosx)$/i.test(name);
}
