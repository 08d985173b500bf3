import { videoEnding } from '@gradalign/core/images';
import type { FileEntry } from './folder-tree.ts';
import { readText } from './read-text.ts';

export interface ListLine {
  /** From 1. */
  readonly line: number;
  /** Trimmed; never empty. */
  readonly text: string;
}

/**
 * The non-empty lines of a list, whatever editor saved it: byte order marks, UTF-16, carriage returns and trailing spaces do not matter.
 *
 * @throws UserError where it is no regular file or too large, with the line where it is in an older encoding
 */
export async function readListFile({ path }: Pick<FileEntry, 'path'>): Promise<ListLine[]> {
  return readText({ path })
    .split(/\r\n|\n|\r/)
    .map((text, i) => ({ line: i + 1, text: text.trim() }))
    .filter(({ text }) => text !== '');
}

/** A path without a video's extension, which lists include or omit. */
export function withoutVideoExtension(path: string): string {
  return path.replace(videoEnding, '');
}
