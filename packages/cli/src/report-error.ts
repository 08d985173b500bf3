/** Names of the errors that a user can fix. Names, not classes: the error may come from another copy of a package. */
const userErrors = ['UserError', 'ConfigurationError', 'EngineError', 'FaceDetectorError'];

/**
 * Prints an error and returns the exit code it stands for. A user's mistake and a plugin's fault are one message, with their stack traces only for
 * `debug`; anything else is a bug and keeps its stack trace.
 */
export function reportError(thrown: unknown, print: (text: string) => void, { debug = false }: { readonly debug?: boolean } = {}): number {
  const error = firstError(thrown);
  if (error instanceof Error && userErrors.includes(error.name)) {
    print(error.message);
    if (debug) for (const each of chain(error)) print(each instanceof Error ? (each.stack ?? each.message) : String(each));
    return 'exitCode' in error ? Number(error.exitCode) : 1;
  }
  if (error instanceof Error && error.name === 'AbortError') {
    print('Interrupted.');
    return 130;
  }
  print(error instanceof Error ? (error.stack ?? error.message) : String(error));
  print('This is a bug in gradalign: please report it with the lines above.');
  return 1;
}

/** An error, what caused it, what caused that, and so on. */
function chain(error: unknown): unknown[] {
  const all: unknown[] = [];
  for (let each = error; each !== undefined && !all.includes(each); each = each instanceof Error ? each.cause : undefined) all.push(each);
  return all;
}

/** What went wrong first, where freeing what was there failed as a consequence. */
function firstError(error: unknown): unknown {
  return error instanceof Error && error.name === 'SuppressedError' && 'suppressed' in error ? firstError(error.suppressed) : error;
}
