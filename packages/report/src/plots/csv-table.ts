import { quoteCsv } from '@gradalign/metrics';
import { printable } from '../text/html.ts';

/** A table behind a plot. */
export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | undefined)[])[];
}

/** RFC 4180, LF; numbers with six significant digits, empty where unknown. A text that a spreadsheet would run as a formula begins with a quote. */
export function csvText({ columns, rows }: CsvTable): string {
  return `${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\n')}\n`;
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value);
  const text = printable(value);
  return quoteCsv(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
}
