import { cannot } from '@gradalign/core';

/** Why a weight file is refused: `Cannot read weights <file>: <is>, expected <what>`. */
export function fileProblem(file: string, is: string, expected = 'a whole file of tensors', cause?: unknown): Error {
  return cannot(`read weights ${file}`, is, expected, cause === undefined ? {} : { cause });
}
