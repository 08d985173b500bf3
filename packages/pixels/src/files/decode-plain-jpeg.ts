import type { PixelImage } from '../contracts/pixel-image.ts';
import type { JpegHeader } from './jpeg-header.ts';
import { loadJpegDecoder } from './load-jpeg-decoder.ts';

/**
 * Decodes a JPEG file with this header. sharp's pixels (libjpeg) differ by at most 4 of 255, where color is interpolated. Undefined where there is no
 * decoder for this platform or it rejects the file: sharp then decodes it or says what is wrong.
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
