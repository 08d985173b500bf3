import type { PixelImage } from '@gradalign/core';
import sharp from 'sharp';

/** Pictures in rows, each with a few words before it. */
export interface SheetRow {
  readonly title: string;
  /** A line for each picture, below it; none where the title says it all. */
  readonly notes?: readonly string[];
  readonly pictures: readonly PixelImage[];
}

const gap = 4;

/** One PNG: every picture brought to `side` pixels; with `labels`, the rows' titles on the left and notes below. */
export async function pictureSheet(rows: readonly SheetRow[], { side, labels }: { readonly side: number; readonly labels: boolean }): Promise<Buffer> {
  const left = labels ? 150 : gap;
  const below = labels ? 16 : 0;
  const pitch = side + below + gap;
  const columns = Math.max(...rows.map(({ pictures }) => pictures.length));
  const width = left + columns * (side + gap);
  const height = gap + rows.length * pitch;
  const cells = await Promise.all(
    rows.flatMap(({ pictures }, r) =>
      pictures.map(async ({ data, width: w, height: h, channels }, c) => ({
        input: await sharp(data, { raw: { width: w, height: h, channels } })
          .resize(side, side, { fit: 'fill', kernel: w < side ? 'cubic' : 'lanczos3' })
          .toColourspace('srgb')
          .png()
          .toBuffer(),
        left: left + c * (side + gap),
        top: gap + r * pitch,
      })),
    ),
  );
  const words = rows.flatMap(({ title, notes = [] }, r) => [
    ...title.split('\n').map((line, l) => text(6, gap + r * pitch + 16 + 16 * l, line, l === 0 ? 700 : 400)),
    ...notes.map((note, c) => text(left + c * (side + gap), gap + r * pitch + side + 12, note, 400)),
  ]);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="11">${words.join('')}</svg>`;
  return sharp({ create: { width, height, channels: 3, background: '#f4f4f2' } })
    .composite([...cells, ...(labels ? [{ input: Buffer.from(svg), left: 0, top: 0 }] : [])])
    .png()
    .toBuffer();
}

function text(x: number, y: number, line: string, weight: number): string {
  return `<text x="${x}" y="${y}" font-weight="${weight}">${line.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
}
