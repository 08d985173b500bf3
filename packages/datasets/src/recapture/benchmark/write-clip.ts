import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSeed, makeFolders } from '@gradalign/core';
import { encodeJpeg } from './encode-jpeg.ts';
import { type ClipPlan, clipFolder, frameName } from './plan.ts';
import { renderClip } from './render-clip.ts';

/** Renders one clip and writes its frames; returns a digest of their bytes. */
export async function writeClip(plan: ClipPlan, root: string, seed: number): Promise<string> {
  const { frames, fileBytes } = renderClip(plan, createSeed(seed));
  const folder = join(root, clipFolder(plan));
  makeFolders(folder);
  const hash = createHash('sha256');
  let quality: number | undefined;
  for (const [i, frame] of frames.entries()) {
    const encoded = await encodeJpeg(frame, fileBytes, quality);
    quality = encoded.quality;
    writeFileSync(join(folder, frameName(i + 1)), encoded.file);
    hash.update(encoded.file);
  }
  return hash.digest('hex');
}
