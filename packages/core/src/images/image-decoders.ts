import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadJpegDecoder, loadSharp } from '@gradalign/pixels/files';

/** The image decoders of this installation, with versions: pixels of others may differ by a few of 255. `jpeg` decodes plain JPEG files. */
export async function imageDecoders(): Promise<{ readonly sharp: string; readonly libvips: string; readonly jpeg: string }> {
  const [{ versions }, decoder] = await Promise.all([loadSharp(), loadJpegDecoder()]);
  return { sharp: versions.sharp ?? 'unknown', libvips: versions.vips, jpeg: decoder ? `@napi-rs/image ${versionOf('@napi-rs/image')}` : 'sharp' };
}

function versionOf(name: string): string {
  const path = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}
