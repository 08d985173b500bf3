import type { PixelImage } from '../contracts/augmentation.ts';
import type { JpegHeader } from './jpeg-header.ts';
import { loadJpegDecoder } from './load-jpeg-decoder.ts';

/**
 * Pixels of a file whose header is this one. Those of sharp (libjpeg) differ from them by at most 4 of 255, where color is interpolated.
 * undefined where there is no decoder for this platform, and where it refuses the file: sharp then decodes it or says what is wrong.
 */
export async function decodePlainJpeg(bytes: Uint8Array, { width, height, channels }: JpegHeader): Promise<PixelImage | undefined> {
  const decode = await loadJpegDecoder();
  if (!decode) return undefined;
  try {
    const { buffer, byteOffset, length } = await decode(bytes);
    return length === width * height * channels ? { data: new Uint8Array(buffer, byteOffset, length), width, height, channels } : undefined;
  } catch {
    return undefined;
  }
}
