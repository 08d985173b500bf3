/** `npm run docs:recapture`: draws docs/recapture.jpg and writes the table of parameters into docs/recapture.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { recaptureSheet } from '../packages/datasets/test/recapture-sheet.ts';
import { recaptureTable } from '../packages/datasets/test/recapture-table.ts';

const docs = new URL('../docs/', import.meta.url);
writeFileSync(new URL('recapture.jpg', docs), await recaptureSheet());
const page = new URL('recapture.md', docs);
const text = readFileSync(page, 'utf8');
writeFileSync(
  page,
  text.replace(/(<!-- parameters -->\n)[\s\S]*(\n<!-- end -->)/, (_, begin: string, end: string) => `${begin}${recaptureTable()}${end}`),
);
