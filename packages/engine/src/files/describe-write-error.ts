import { constants } from 'node:os';

/** libuv has no name for some errors: Node calls them UNKNOWN and keeps the number of the system, negated. */
const unnamed: Readonly<Record<number, string>> = { [-constants.errno.EDQUOT]: 'EDQUOT', [-constants.errno.ESTALE]: 'ESTALE' };

/** What went wrong while writing a file, for messages: `the disk is full`. */
export function describeWriteError(error: unknown): string {
  const { code: named, errno, message } = error as NodeJS.ErrnoException;
  const code = unnamed[errno ?? 0] ?? named;
  if (code === 'ENOSPC') return 'the disk is full';
  if (code === 'EDQUOT') return 'the disk quota of this user is used up';
  if (code === 'EFBIG') return 'the file would be larger than the limit that is set for this process';
  if (code === 'EIO') return 'the disk reports an input/output error';
  if (code === 'ESTALE') return 'the network file system has lost the file';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'its folder does not exist';
  if (code === 'EISDIR') return 'there is a folder in its place';
  if (code === 'EEXIST') return 'there is a file in its place';
  if (code === 'EROFS') return 'the file system is read-only';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return message;
}
