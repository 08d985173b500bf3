import sharp from 'sharp';

/** Pictures as a model sees them. */
export interface NormalizedPictures {
  /** Of all pictures, one after the other. */
  readonly images: Float32Array;
  /** [count, size, size, channels]. */
  readonly shape: readonly [number, number, number, number];
  /** Subtracted from the pixels in 0..1, by channel. */
  readonly mean: readonly number[];
  /** That they were divided by. */
  readonly std: readonly number[];
}

/** A PNG, and its size in pixels. */
export interface ContactSheet {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly png: Uint8Array;
}

/** The pictures of these rows side by side, left to right and top to bottom, about as many across as down, with normalization undone. */
export async function contactSheet({ images, shape, mean, std }: NormalizedPictures, rows: readonly number[]): Promise<ContactSheet> {
  const [, size, , stored] = shape;
  const channels = stored === 1 ? 1 : 3;
  const across = Math.ceil(Math.sqrt(rows.length));
  const [width, height] = [across * size, Math.ceil(rows.length / across) * size];
  const pixels = Buffer.alloc(width * height * channels);
  for (const [place, row] of rows.entries()) {
    const [left, top] = [(place % across) * size, Math.floor(place / across) * size];
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++)
        for (let channel = 0; channel < channels; channel++) {
          const value = images[((row * size + y) * size + x) * stored + channel] as number;
          const level = 255 * (value * (std[channel] as number) + (mean[channel] as number));
          pixels[((top + y) * width + left + x) * channels + channel] = Math.min(255, Math.max(0, Math.round(level)));
        }
  }
  const png = await sharp(pixels, { raw: { width, height, channels } }).png().toBuffer();
  return { width, height, channels, png };
}
