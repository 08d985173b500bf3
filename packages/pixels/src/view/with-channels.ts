import type { PixelImage } from '../contracts/pixel-image.ts';

/** The image with this many channels: gray is repeated, color becomes its luma (ITU-R BT.601). The same image where it has them. */
export function withChannels(image: PixelImage, channels: 1 | 3): PixelImage {
  const { data, width, height } = image;
  if (image.channels === channels) return image;
  const out = new Uint8Array(width * height * channels);
  if (channels === 3) {
    for (let i = 0; i < data.length; i++) out.fill(data[i] as number, 3 * i, 3 * i + 3);
  } else {
    // Weights 0.299, 0.587, 0.114 in 16 bits, as PIL has them: a gray pixel keeps its value.
    for (let i = 0, p = 0; i < out.length; i++, p += 3) {
      out[i] = (19595 * (data[p] as number) + 38470 * (data[p + 1] as number) + 7471 * (data[p + 2] as number) + 32768) >> 16;
    }
  }
  return { data: out, width, height, channels };
}
