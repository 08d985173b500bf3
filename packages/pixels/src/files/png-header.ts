import type { ImageSize } from '../view/affine-map.ts';

/** Chunks that decoders pass over, or that all of them understand (PNG, third edition, 11). */
const harmless: ReadonlySet<string> = new Set(['PLTE', 'sRGB', 'gAMA', 'cHRM', 'sBIT', 'bKGD', 'hIST', 'tEXt', 'zTXt', 'iTXt', 'tIME', 'pHYs']);

/**
 * Size and channels of a PNG file whose pixels are taken as they are: 8 bits or a palette, without alpha, color profile, orientation or animation. Undefined
 * for any other file, intact or broken.
 */
export function readPlainPngHeader(bytes: Uint8Array): (ImageSize & { readonly gray: boolean }) | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 33 || view.getUint32(0) !== 0x89504e47 || view.getUint32(8) !== 13 || nameAt(bytes, 12) !== 'IHDR') return undefined;
  const [depth, color] = [bytes[24], bytes[25]];
  if (color === 3 ? (depth ?? 0) > 8 : depth !== 8 || (color !== 0 && color !== 2)) return undefined;
  for (let at = 33; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const name = nameAt(bytes, at + 4);
    if (name === 'IDAT') return { width: view.getUint32(16), height: view.getUint32(20), gray: color === 0 };
    if (!harmless.has(name)) return undefined;
  }
  return undefined;
}

function nameAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at] as number, bytes[at + 1] as number, bytes[at + 2] as number, bytes[at + 3] as number);
}
