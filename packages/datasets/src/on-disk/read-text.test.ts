import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratch } from '../../test/fixtures/scratch.ts';
import { findSeparators } from './find-separators.ts';
import { parseCsv, readCsvRows } from './parse-csv.ts';
import { readAnnotation, readText } from './read-text.ts';

const folder = scratch();

function file(name: string, content: string | Buffer = '') {
  const path = join(folder.root, name);
  writeFileSync(path, content);
  return { id: name, name, path };
}

it('UTF-16 and UTF-8 with a byte order mark are text; Latin-1 is refused with its line and the word', () => {
  expect(readText(file('utf-16', Buffer.from('\uFEFFJosé', 'utf16le')))).toBe('José');
  expect(readText(file('utf-8', '\uFEFFJosé'))).toBe('José');
  expect(() => readText(file('latin-1', Buffer.from('a\nJosé;1', 'latin1')))).toThrow('Cannot read latin-1:2: byte 0xE9 ("José" in Latin-1) is not UTF-8');
});

it.each([
  [
    'an Excel workbook',
    Buffer.from('PK\x03\x04rest', 'latin1'),
    'it is no text but a ZIP archive, such as an Excel workbook, expected a text file: save it as CSV UTF-8',
  ],
  ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), 'it is no text but compressed by gzip'],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x70, 0, 0, 0]), 'it is no text but UTF-32'],
])('%s is refused as what it is', (name, bytes, says) => {
  expect(() => readText(file(name, bytes))).toThrow(says);
});

it('named pipes, devices and files of a terabyte are refused at once, also as annotations and as CSV', async () => {
  const pipe = join(folder.root, 'pipe');
  execFileSync('mkfifo', [pipe]);
  symlinkSync('/dev/zero', join(folder.root, 'zero'));
  truncateSync(file('sparse').path, 1e12);
  expect(() => readText({ path: pipe })).toThrow(`Cannot read ${pipe}: it is a named pipe, not a file`);
  expect(() => readText({ path: join(folder.root, 'zero') })).toThrow('it is a device, not a file');
  expect(() => readText({ path: join(folder.root, 'sparse') })).toThrow('it has 1000000.0 MB, more than the 536.9 MB that are read of such a file');
  expect(String(readAnnotation({ id: 'a.face', name: 'a.face', path: pipe }))).toMatch('Cannot read a.face: it is a named pipe, not a file');
  await expect(readCsvRows(pipe).next()).rejects.toThrow('it is a named pipe, not a file');
});

it('a cell of 20 MB without a closing quote is refused with the line where its row begins', async () => {
  const text = `a,b\n1,2\n"${'x'.repeat(2e7)}`;
  expect(() => parseCsv(text, 'list.csv')).toThrow('Cannot read list.csv:3: the row is longer than 1048576 characters');
  const rows = readCsvRows(file('list.csv', text).path);
  expect([(await rows.next()).value?.fields, (await rows.next()).value?.fields]).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ]);
  await expect(rows.next()).rejects.toThrow('list.csv:3: the row is longer than 1048576 characters');
});

it('a line sep= names the separator, else the first line shows it', () => {
  expect(findSeparators('sep=;\r\na;b,c')).toEqual({ text: 'a;b,c', separators: [';'], firstLine: 2 });
  expect(findSeparators('a;b,c\n1;2')).toMatchObject({ separators: [',', ';'], firstLine: 1 });
  expect(findSeparators('path')).toMatchObject({ separators: [','] });
});
