import { expect, it } from 'vitest';
import { csvText } from './csv-table.ts';

it('writes numbers with six digits, unknown ones as empty cells, and quotes text that needs it', () => {
  expect(
    csvText({
      columns: ['name', 'value'],
      rows: [
        ['a, b', 1 / 3],
        ['c', undefined],
      ],
    }),
  ).toBe('name,value\n"a, b",0.333333\nc,\n');
});

it('keeps a spreadsheet from running a name as a formula, and negative numbers are numbers', () => {
  expect(csvText({ columns: ['name', 'value'], rows: [['=HYPERLINK(1)', -2]] })).toBe("name,value\n'=HYPERLINK(1),-2\n");
});
