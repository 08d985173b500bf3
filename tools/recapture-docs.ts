/**
 * `npm run docs:recapture`: draws docs/recapture.jpg, writes the table of parameters into docs/recapture.md, and draws the pictures that the tests of
 * augmentations compare with: look at all of them before you commit them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { augmentationRows, augmentationSide } from '../packages/datasets/test/augmentation-sheet.ts';
import { pictureSheet } from '../packages/datasets/test/picture-sheet.ts';
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
const references = new URL('../packages/datasets/test/references/', import.meta.url);
mkdirSync(references, { recursive: true });
writeFileSync(new URL('augmentations.png', references), await pictureSheet(await augmentationRows(), { side: augmentationSide, labels: false }));
