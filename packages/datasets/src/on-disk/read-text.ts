import { cannot, describeReadError, readBounded } from '@gradalign/core';
import { decodeText } from './decode-text.ts';
import type { FileEntry } from './folder-tree.ts';

/** In bytes: longer texts do not fit a string. The largest published list (CelebA-Spoof) has a fifth of it. */
const mostBytes = 2 ** 29 - 2 ** 10;
/** In bytes, of the annotations of one picture or clip. */
const mostAnnotationBytes = 2 ** 24;

/**
 * The text of a file that a user or a data set supplied: regular files of at most `maxBytes`, in UTF-8 or UTF-16, without a byte order mark.
 *
 * @param file its `id`, where it has one, names it in errors
 * @throws UserError that names the file and, where a byte of another encoding stands in it, the line
 */
export function readText({ path, id = path }: Pick<FileEntry, 'path'> & { readonly id?: string }, maxBytes = mostBytes): string {
  let bytes: Buffer;
  try {
    bytes = readBounded(path, maxBytes);
  } catch (cause) {
    throw cannot(`read ${id}`, describeReadError(cause), 'a text file', { cause, exitCode: 2 });
  }
  return decodeText(bytes, id);
}

/** The annotations of one picture or clip, or why they cannot be read. */
export function readAnnotation(file: FileEntry): string | Error {
  try {
    return readText(file, mostAnnotationBytes);
  } catch (error) {
    return error as Error;
  }
}
