/** A cell of a CSV file (RFC 4180): in quotes, inner quotes doubled, where it holds a comma, a quote, a line break, or space at an end. */
export function quoteCsv(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
