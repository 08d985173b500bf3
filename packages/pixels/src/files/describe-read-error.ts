import { UnreadableFileError } from './read-bounded.ts';

/** What went wrong while reading a file, for messages: `there is no such file`. */
export function describeReadError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof UnreadableFileError) return message;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  if (code === 'EIO') return 'the disk reports an input/output error';
  if (code === 'ELOOP') return 'it is a symbolic link that leads in a circle';
  if (code === 'ENAMETOOLONG') return 'its name is too long';
  return message;
}
