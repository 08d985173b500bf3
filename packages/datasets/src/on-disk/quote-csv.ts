/** A cell of a CSV file (RFC 4180), in quotes where it needs them: with a comma, a quote, a line break, or spaces around it. */
export function quoteCsv(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
