/**
 * What the user can mend: shown without a stack trace. `exitCode` 1 is a run that failed, 2 is wrong usage or configuration.
 * Everything else that is thrown is a defect of ours and keeps its trace.
 */
export class UserError extends Error {
  readonly exitCode: 1 | 2;
  constructor(message: string, options: ErrorOptions & { exitCode?: 1 | 2 } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserError';
    this.exitCode = options.exitCode ?? 1;
  }
}

/** A training whose loss or weights are not finite any more: other settings may well go through, so a search goes on without this one. */
export class DivergedError extends UserError {}

/** One thing that is wrong in a file that the user wrote. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Where in the values, as a path: `optimizer.rho`. Empty for the whole file. */
  readonly path: string;
  readonly message: string;
}

/** Every problem of a configuration at once; exit code 2. */
export class ConfigurationError extends UserError {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[], options: ErrorOptions = {}) {
    super(problems.map(renderProblem).join('\n'), { ...options, exitCode: 2 });
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

function renderProblem({ file, line, column, path, message }: Problem): string {
  return `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`;
}

/** `Cannot <what>: <is>, expected <expected>` as an error of the user's. */
export function cannot(what: string, is: string, expected: string, options: ErrorOptions & { exitCode?: 1 | 2 } = {}): UserError {
  return new UserError(`Cannot ${what}: ${is}, expected ${expected}`, options);
}
