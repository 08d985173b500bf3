import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quoteCsv } from '@gradalign/metrics';
import { describe, expect, it } from 'vitest';
import { scratch } from '../../test/fixtures/scratch.ts';
import { parseCsv, readCsvRows } from './parse-csv.ts';

const text = 'a,b\r\n"x, ""y""",2\n\n,\n"two\r\nlines",3\rlast,';
const rows = [
  { line: 1, fields: ['a', 'b'] },
  { line: 2, fields: ['x, "y"', '2'] },
  { line: 5, fields: ['two\r\nlines', '3'] },
  { line: 7, fields: ['last', ''] },
];

describe('rows of a CSV file', () => {
  const at = scratch();

  it('have fields, in quotes or not, and know the lines they begin on', () => {
    expect(parseCsv(text, 'x.csv')).toEqual(rows);
  });

  it('are the same when they are read one by one, whether or not the file begins with a byte order mark', async () => {
    for (const [i, begin] of ['', '\uFEFF'].entries()) {
      const file = join(at.root, `${i}.csv`);
      writeFileSync(file, begin + text);
      expect(await all(readCsvRows(file))).toEqual(rows);
    }
  });

  it('may have another separator; spaces around fields are dropped, unless they are quoted', () => {
    expect(parseCsv('a; b ;"c;d";" e"\n', 'x.csv', { separator: ';' })).toEqual([{ line: 1, fields: ['a', 'b', 'c;d', ' e'] }]);
  });

  it('keep quotes inside a field that does not begin with one', () => {
    expect(parseCsv('a 12" screen,b', 'x.csv')).toEqual([{ line: 1, fields: ['a 12" screen', 'b'] }]);
  });

  it('are refused with their line where a quoted cell does not end as it should', async () => {
    const unclosed = 'a,b\n1,2\n"x,3\n4,5\n';
    const message = ':3: a quoted cell does not end, expected a cell in quotes, with quotes inside it doubled';
    expect(() => parseCsv(unclosed, 'x.csv')).toThrow(`Cannot read x.csv${message}`);
    const file = join(at.root, 'unclosed.csv');
    writeFileSync(file, unclosed);
    await expect(all(readCsvRows(file))).rejects.toThrow(`Cannot read ${file}${message}`);
    expect(() => parseCsv('a\n"b"c\n', 'x.csv')).toThrow('Cannot read x.csv:2: text follows the closing quote of a cell');
  });

  it('come back as they were written, whatever is in a cell', () => {
    const cells = ['plain', 'a,b', 'say "no"', 'two\nlines', ' spaces ', ''];
    expect(parseCsv(cells.map(quoteCsv).join(','), 'x.csv')).toEqual([{ line: 1, fields: cells }]);
  });
});

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const gathered: T[] = [];
  for await (const value of values) gathered.push(value);
  return gathered;
}
