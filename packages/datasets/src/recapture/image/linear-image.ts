/**
 * An image in linear light, which a camera's sensor adds up. Every stage of the recapture chain takes one and returns one.
 * Three numbers per pixel (red, green, blue with sRGB primaries), row by row; 0 is black, 1 the white of a display or a fully lit sheet. Light may exceed 1.
 */
export interface LinearImage {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Three numbers in linear light. */
export type Rgb = readonly [red: number, green: number, blue: number];

export function createImage(width: number, height: number): LinearImage {
  return { width, height, data: new Float32Array(width * height * 3) };
}

/** The image with every number replaced; `change` gets the value and its channel, 0 to 2. */
export function mapValues(image: LinearImage, change: (value: number, channel: number) => number): LinearImage {
  const out = createImage(image.width, image.height);
  for (let i = 0; i < out.data.length; i++) out.data[i] = change(image.data[i] as number, i % 3);
  return out;
}

/** Mean of each channel. */
export function meanColor(image: LinearImage): Rgb {
  const sums: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < image.data.length; i += 3) {
    sums[0] += image.data[i] as number;
    sums[1] += image.data[i + 1] as number;
    sums[2] += image.data[i + 2] as number;
  }
  const pixels = image.width * image.height;
  return [sums[0] / pixels, sums[1] / pixels, sums[2] / pixels];
}

/** Share of red, green and blue in luminance (ITU-R BT.709). */
export const luminanceWeights: Rgb = [0.2126, 0.7152, 0.0722];
