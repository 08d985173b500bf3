import { constants } from 'node:os';
import { expect, it } from 'vitest';
import { describeWriteError } from './describe-write-error.ts';

it.each([
  [{ code: 'ENOSPC' }, 'the disk is full'],
  [{ code: 'UNKNOWN', errno: -constants.errno.EDQUOT }, 'the disk quota of this user is used up'],
  [{ code: 'EIO' }, 'the disk reports an input/output error'],
  [{ code: 'EROFS' }, 'the file system is read-only'],
  [{ code: 'EOTHER', message: 'as the system says it' }, 'as the system says it'],
])('%j: %s', (error, text) => {
  expect(describeWriteError(error)).toBe(text);
});
