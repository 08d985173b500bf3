import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { augmentationRows, augmentationSide } from '../../test/augmentation-sheet.ts';
import { pictureSheet } from '../../test/picture-sheet.ts';

/** Looked at when it was made; `npm run docs:recapture` makes it anew. */
const reference = new URL('../../test/references/augmentations.png', import.meta.url);

it('every augmentation looks as it did when somebody looked at it: rows differ by less than 2 gray levels on average', async () => {
  const rows = await augmentationRows();
  const sheet = await sharp(await pictureSheet(rows, { side: augmentationSide, labels: false }))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const expected = await sharp(fileURLToPath(reference)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  expect([sheet.info.width, sheet.info.height]).toEqual([expected.info.width, expected.info.height]);
  const band = Math.floor(sheet.data.length / rows.length);
  for (const [r, { title }] of rows.entries()) {
    let sum = 0;
    for (let i = r * band; i < (r + 1) * band; i++) sum += Math.abs((sheet.data[i] as number) - (expected.data[i] as number));
    expect(sum / band, title).toBeLessThan(2);
  }
});
