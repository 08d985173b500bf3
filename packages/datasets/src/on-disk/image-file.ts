import { imageEnding } from '@gradalign/core/images';
import type { FileEntry } from './folder-tree.ts';

export function isImage({ name }: Pick<FileEntry, 'name'>): boolean {
  return imageEnding.test(name);
}

/** The last number in a file's name: 12 of `crop_0012.jpg`. */
export function frameNumber(name: string): number | undefined {
  const digits = /(\d+)\D*$/.exec(stem(name))?.[1];
  const number = Number(digits);
  return digits !== undefined && Number.isSafeInteger(number) ? number : undefined;
}

/** A file's name without its ending, in NFC. */
export function stem(name: string): string {
  return name.replace(/\.[^.]*$/, '').normalize('NFC');
}
