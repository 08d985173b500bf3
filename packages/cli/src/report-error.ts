/** Names of the errors that a user can fix. Names, not classes: the error may come from another copy of a package. */
const userErrors = ['UserError', 'ConfigurationError', 'EngineError', 'FaceDetectorError'];

/**
 * Prints an error and returns the exit code it stands for. A user's mistake is one message; anything else is a bug and keeps its stack trace.
 */
export function reportError(error: unknown, print: (text: string) => void): number {
  // Cleaning up failed too; what failed first says why.
  if (error instanceof Error && error.name === 'SuppressedError') return reportError((error as Error & { suppressed?: unknown }).suppressed, print);
  if (error instanceof Error && userErrors.includes(error.name)) {
    print(error.message);
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
