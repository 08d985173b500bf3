import { expect, it } from 'vitest';
import { parseCsv } from './parse-csv.ts';

it('rows have fields, in quotes or not, and know their lines', () => {
  expect(parseCsv('a,b\r\n"x, ""y""",2\n\n"two\nlines",3\nlast,')).toEqual([
    { line: 1, fields: ['a', 'b'] },
    { line: 2, fields: ['x, "y"', '2'] },
    { line: 4, fields: ['two\nlines', '3'] },
    { line: 6, fields: ['last', ''] },
  ]);
});

it('separators may be others; spaces around fields do not count, unless they are quoted', () => {
  expect(parseCsv('a; b ;"c;d";" e"\n', ';')).toEqual([{ line: 1, fields: ['a', 'b', 'c;d', ' e'] }]);
});
