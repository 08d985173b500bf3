/** Rows of a CSV text (RFC 4180): cells may be quoted, quotes are doubled, line breaks may stand within quotes. Empty lines are passed over. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
  for (let at = 0; at < text.length; ) {
    cell.lastIndex = at;
    const [whole = '', inQuotes, plain = ''] = cell.exec(text) ?? [];
    row.push(inQuotes === undefined ? plain : inQuotes.replaceAll('""', '"'));
    at += whole.length;
    if (text[at] === ',') {
      at++;
      if (at < text.length) continue;
      row.push('');
    }
    // A quote in the middle of a cell ends the row early rather than never.
    at += text.startsWith('\r\n', at) ? 2 : 1;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}
