import { UserError } from '@gradalign/pixels';

export { cannot, UserError } from '@gradalign/pixels';

/** Training diverged: its loss or weights are no longer finite. Other settings may still work, so a search goes on without this one. */
export class DivergedError extends UserError {}

/** One mistake in a file that the user wrote. Lines and columns count from 1. */
export interface Problem {
  /** As the user gave it; `--set path=value` for an override. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Which value, as a path: `optimizer.rho`. Empty for the whole file. */
  readonly path: string;
  /** `<what is>, expected <what should be>`, with a suggestion where a name is misspelled. */
  readonly message: string;
}

/** Every problem of a configuration at once, one line each as `file:line:column path: message`; exit code 2. */
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
