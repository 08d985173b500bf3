/** What is wrong with a score file: `Cannot read scores from <source>:<line>: <what is>, expected <what should be>`. */
export class ScoreFileError extends RangeError {
  override name = 'ScoreFileError';
  /** From 1; 0 where it is the file as a whole. */
  readonly line: number;

  constructor(source: string, line: number, what: string, expected: string, options?: ErrorOptions) {
    super(`Cannot read scores from ${source}${line > 0 ? `:${line}` : ''}: ${what}, expected ${expected}`, options);
    this.line = line;
  }
}

/** A cell as messages show it: control characters escaped, at most 60 characters. */
export function shown(cell: string | undefined): string {
  const plain = (cell ?? '').replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`);
  return plain.length > 60 ? `${plain.slice(0, 57)}...` : plain;
}
