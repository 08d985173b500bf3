/** One clip cannot be read or prepared; others can. The message says what is wrong with it, without its name: `the file is empty`. */
export class BrokenClipError extends Error {
  override readonly name = 'BrokenClipError';
}
