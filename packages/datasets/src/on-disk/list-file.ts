import { readFile } from 'node:fs/promises';
import type { FileEntry } from './folder-tree.ts';

export interface ListLine {
  /** From 1. */
  readonly line: number;
  /** Trimmed; never empty. */
  readonly text: string;
}

/** The non-empty lines of a list, whatever editor saved it: byte order marks, UTF-16, carriage returns and trailing spaces do not matter. */
export async function readListFile({ path }: Pick<FileEntry, 'path'>): Promise<ListLine[]> {
  return decodeText(await readFile(path))
    .split(/\r\n|\n|\r/)
    .map((text, i) => ({ line: i + 1, text: text.trim() }))
    .filter(({ text }) => text !== '');
}

/** Text as UTF-8, or as UTF-16 where a byte order mark says so. */
export function decodeText(bytes: Buffer): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/** A path without a video's extension, which lists include or omit. */
export function withoutVideoExtension(path: string): string {
  return path.replace(videoExtension, '');
}

export const videoExtension = /\.(mov|mp4|avi|m4v|mkv|mpe?g|wmv)$/i;
