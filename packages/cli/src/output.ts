/** What a command writes to: `process.stdout`, or anything that collects the text. */
export interface OutputStream {
  write(text: string): unknown;
  /** Whether a person watches: progress is then one line that is redrawn. */
  readonly isTTY?: boolean | undefined;
  /** Width in characters, where there is one. */
  readonly columns?: number | undefined;
  /** Height in lines, where there is one. */
  readonly rows?: number | undefined;
}

/** The two streams of a command. */
export interface Output {
  /** Results. */
  readonly stdout: OutputStream;
  /** Everything else: progress, notices, warnings, errors. */
  readonly stderr: OutputStream;
}

/** What a command prints, by its options. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Stack traces of errors. */
  readonly debug?: boolean;
}
