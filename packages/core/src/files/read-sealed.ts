import { describeReadError, readBounded } from '@gradalign/pixels/files';
import type { TSchema } from '@sinclair/typebox';
import { cannot } from '../contracts/errors.ts';
import { openSealed } from './sealed-json.ts';
import { shapeProblem } from './shape-problem.ts';

/** Sealed JSON that one kind of file holds. */
export interface SealedFile {
  /** What readers rely on; there may be more. */
  readonly shape: TSchema;
  /** A larger file is not of this kind. */
  readonly maxBytes: number;
  /** What the file should be, and what to do where it is not, for messages. */
  readonly expected: string;
}

/**
 * The content of a file of sealed JSON; undefined if it does not exist.
 *
 * @throws UserError if it cannot be read, does not have the shape, or does not have the content that its digest was taken of.
 */
export function readSealed<T>(file: string, { shape, maxBytes, expected }: SealedFile): T | undefined {
  const refuse = (is: string, cause?: unknown) => cannot(`read ${file}`, is, expected, { cause });
  let read: unknown;
  try {
    read = JSON.parse(readBounded(file, maxBytes).toString());
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw refuse(describeReadError(cause), cause);
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) throw refuse('it is not a JSON object');
  const content = openSealed(read);
  if (content === undefined) throw refuse('it is damaged or was edited: its digest is not that of its content');
  const problem = shapeProblem(shape, content);
  if (problem !== undefined) throw refuse(`it is damaged: ${problem}`);
  return content as T;
}
