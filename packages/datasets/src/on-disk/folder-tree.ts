import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** A folder with what is below it. `id` is its path relative to the tree's root: `/` between parts, Unicode NFC, the same on every machine. */
export interface FolderTree {
  readonly name: string;
  readonly id: string;
  readonly folders: readonly FolderTree[];
  readonly files: readonly FileEntry[];
  /** Links to nothing. */
  readonly dangling: readonly string[];
  /** Links that lead out of the root, which were not followed. */
  readonly outside: readonly string[];
}

export interface FileEntry {
  readonly name: string;
  readonly id: string;
  /** As it is on this machine. */
  readonly path: string;
}

export interface ReadOptions {
  /** True: links that lead out of the root are not followed (the root itself may be a link). */
  readonly confined?: boolean;
}

/**
 * Reads a folder and all below it. Links are followed, but never into a folder that the way there has passed already. Hidden files and folders and
 * those that systems leave behind are passed over.
 */
export async function readFolderTree(root: string, { confined = false }: ReadOptions = {}): Promise<FolderTree> {
  const real = await realpath(root);
  return readFolder(root, '', '', [real], confined ? real : undefined);
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

/** `ancestors` are the real paths of this folder and of those on the way to it. Links may lead nowhere but below `within`, where that is given. */
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
    } else if (within !== undefined && entry.isSymbolicLink() && !isWithin(await realpath(entryPath), within)) {
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

/** What a link points to; undefined where that is nothing, or the link itself. */
async function followed(path: string): Promise<{ isDirectory(): boolean; isFile(): boolean } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

function isPassedOver(name: string): boolean {
  return name.startsWith('.') || /^(thumbs\.db|desktop\.ini|__macosx)$/i.test(name);
}
