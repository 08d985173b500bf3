/** `type`: its content is of no kind that is read. `limit`: it has more than a limit allows. */
export type ClipProblem = 'type' | 'limit' | 'other';

/** One clip cannot be read or prepared; others can. The message says what is wrong with it, without its name: `the file is empty`. */
export class BrokenClipError extends Error {
  override readonly name = 'BrokenClipError';
  /** Default: `other`. */
  readonly problem: ClipProblem;
  constructor(message: string, { problem = 'other', ...options }: ErrorOptions & { readonly problem?: ClipProblem } = {}) {
    super(message, options);
    this.problem = problem;
  }
}
