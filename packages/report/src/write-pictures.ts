import { join } from 'node:path';
import { cannot, describeWriteError, makeFolders, writeAtomically } from '@gradalign/core';
import sharp from 'sharp';
import type { Picture } from './plots/draw-plot.ts';
import { withLightColors } from './plots/palette.ts';

/** A plot as a file of its own: colors for a white ground in place of names. */
export function standaloneSvg({ svg }: Pick<Picture, 'svg'>): string {
  return withLightColors(svg).replace('<svg ', '<svg color="#1b2027" ');
}

/**
 * Writes each plot as `<id>.svg`, `<id>.png` (three times its size, white ground, for print at 300 dpi) and `<id>.csv`; makes the folder.
 *
 * @returns the files written
 * @throws UserError where the folder cannot be written to
 */
export async function writePictures(pictures: readonly Picture[], folder: string): Promise<string[]> {
  try {
    makeFolders(folder);
  } catch (cause) {
    throw cannot(`write plots to ${folder}`, describeWriteError(cause), 'a folder that can be written to', { cause });
  }
  const files: string[] = [];
  for (const { id, svg, csv } of pictures) {
    const light = standaloneSvg({ svg });
    const png = await sharp(Buffer.from(light), { density: 216 }).flatten({ background: '#ffffff' }).png({ compressionLevel: 9 }).toBuffer();
    for (const [extension, content] of [
      ['svg', light],
      ['png', png],
      ['csv', csv],
    ] as const) {
      const file = join(folder, `${id}.${extension}`);
      writeAtomically(file, content);
      files.push(file);
    }
  }
  return files;
}
