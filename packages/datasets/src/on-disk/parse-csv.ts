import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { cannot, describeReadError, openBounded } from '@gradalign/core';
import { CsvError, type Options, parse as streamingParser } from 'csv-parse';
import { parse } from 'csv-parse/sync';

/** One row of a CSV file. */
export interface CsvRow {
  /** Where the row begins in its file, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * All rows of a CSV text (RFC 4180: quoted fields may hold separators, line breaks and doubled quotes). Empty lines are skipped, and so are spaces
 * around fields. Rows may differ in length.
 *
 * @param file named in errors
 * @param options the separator, and the line of the file on which the text begins
 * @throws UserError with the line, where a quoted field does not end as it should
 */
export function parseCsv(
  text: string,
  file: string,
  { separator = ',', firstLine = 1 }: { readonly separator?: string; readonly firstLine?: number } = {},
): CsvRow[] {
  const lines = new LineCounter(firstLine);
  try {
    return parse(text, dialect(separator, lines)) as unknown as CsvRow[];
  } catch (error) {
    throw explained(error, file, lines.next);
  }
}

/** The rows of a CSV file as `parseCsv` gives them, read as they are needed: a manifest of 600,000 crops takes a gigabyte as rows. */
export async function* readCsvRows(file: string): AsyncGenerator<CsvRow> {
  const lines = new LineCounter();
  const parser = streamingParser({ ...dialect(',', lines), bom: true });
  // The parser is destroyed with the error of either, which the loop throws.
  pipeline(createReadStream(file, { fd: opened(file) }), parser, () => {});
  try {
    for await (const row of parser) yield row as CsvRow;
  } catch (error) {
    throw explained(error, file, lines.next);
  }
}

function opened(file: string): number {
  try {
    return openBounded(file).descriptor;
  } catch (cause) {
    throw cannot(`read ${file}`, describeReadError(cause), 'a CSV file', { cause });
  }
}

/** In characters. */
const longestRow = 2 ** 20;

function dialect(delimiter: string, lines: LineCounter): Options {
  return {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: longestRow,
    relax_quotes: true,
    ltrim: true,
    rtrim: true,
    // What csv-parse gives is what this returns, which its types do not foresee.
    on_record: ((fields: string[]) => lines.rowOf(fields)) as never,
  };
}

/** csv-parse tells where a row ends, and counts a CRLF within quotes as two lines: where it begins follows from the rows before it. */
class LineCounter {
  /** The line on which the next row begins. */
  next: number;

  constructor(first = 1) {
    this.next = first;
  }

  /** Null, which csv-parse leaves out, for a row without content. */
  rowOf(fields: string[]): CsvRow | null {
    const line = this.next;
    this.next += 1;
    for (const field of fields) if (field.includes('\n')) this.next += field.split('\n').length - 1;
    return fields.some((field) => field !== '') ? { line, fields } : null;
  }
}

function explained(error: unknown, file: string, line: number): unknown {
  if (!(error instanceof CsvError)) return error;
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return cannot(`read ${file}:${line}`, `the row is longer than ${longestRow} characters`, 'shorter rows (a quote may have no end)', { cause: error });
  const is = error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quoted cell does not end' : 'text follows the closing quote of a cell';
  return cannot(`read ${file}:${line}`, is, 'a cell in quotes, with quotes inside it doubled', { cause: error });
}
