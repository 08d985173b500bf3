export interface CsvRow {
  /** Where the row begins in its file, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** All rows of a CSV text at once. */
export function parseCsv(text: string, separator = ','): CsvRow[] {
  return [...csvRows(text, separator)];
}

/**
 * Rows of a CSV text (RFC 4180: quoted fields may hold separators, line breaks and doubled quotes). Empty lines are passed over, spaces around fields
 * that are not quoted, too.
 */
export function* csvRows(text: string, separator = ','): Generator<CsvRow> {
  let fields: string[] = [];
  let line = 1;
  let begun = 1;
  const said = () => fields.some((field) => field !== '');
  for (let at = 0; at < text.length; ) {
    if (fields.length === 0) begun = line;
    let field = '';
    const quoted = text[at] === '"';
    if (quoted) {
      for (at++; at < text.length; at++) {
        if (text[at] === '"' && text[++at] !== '"') break;
        if (text[at] === '\n') line++;
        field += text[at];
      }
    }
    const stop = nextOf(text, at, separator);
    fields.push(quoted ? field : text.slice(at, stop).trim());
    at = stop;
    if (text[at] === separator) {
      at++;
      if (at === text.length) fields.push('');
      continue;
    }
    if (said()) yield { line: begun, fields };
    fields = [];
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    line++;
  }
  if (said()) yield { line: begun, fields };
}

/** Where the next separator or line break is, or the end. */
function nextOf(text: string, from: number, separator: string): number {
  let at = from;
  while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}
