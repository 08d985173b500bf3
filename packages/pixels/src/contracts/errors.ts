/**
 * An error that the user can fix: shown without a stack trace. Everything else that is thrown is a bug in gradalign and keeps its trace.
 */
export class UserError extends Error {
  /** Of the process: 1 (the default) is a run that failed, 2 is wrong usage or configuration. */
  readonly exitCode: 1 | 2;
  constructor(message: string, options: ErrorOptions & { exitCode?: 1 | 2 } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserError';
    this.exitCode = options.exitCode ?? 1;
  }
}

/** A UserError that says `Cannot <what>: <is>, expected <expected>`. Returned, not thrown. */
export function cannot(what: string, is: string, expected: string, options: ErrorOptions & { exitCode?: 1 | 2 } = {}): UserError {
  return new UserError(`Cannot ${what}: ${is}, expected ${expected}`, options);
}
