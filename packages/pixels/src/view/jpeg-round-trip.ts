import type { PixelImage } from '../contracts/pixel-image.ts';
import { fromCoefficients, side, toCoefficients } from './jpeg-transform.ts';

/** How often chroma is stored: `4:2:0` halves it in both directions. */
export type ChromaSubsampling = '4:4:4' | '4:2:0';

/** Of crops that preparation saves: attacks are recognized by texture, so color is not subsampled where quality is high. */
export function cropSubsampling(quality: number): ChromaSubsampling {
  return quality >= 90 ? '4:4:4' : '4:2:0';
}

/**
 * What a picture looks like after it was saved as JPEG and read again: the very numbers of libjpeg's accurate integer transform (ITU-R BT.601 in 16-bit fixed
 * point, tables of ITU-T T.81 annex K, triangular upsampling), without the file in between. For places that have no encoder, or another one.
 *
 * @param image 8-bit RGB
 * @param quality 1..100
 */
export function jpegRoundTrip({ data, width, height }: PixelImage, quality: number, subsampling: ChromaSubsampling = cropSubsampling(quality)): PixelImage {
  const planes = toPlanes(data, width, height);
  const half = subsampling === '4:2:0';
  const tables = [luminance, chrominance, chrominance].map((table) => scaledTable(table, quality));
  const back = planes.map((plane, i) => {
    const small = half && i > 0 ? downsampled(plane) : plane;
    const coded = quantized(small, tables[i] as Int32Array);
    return half && i > 0 ? upsampled(coded, width, height) : coded;
  });
  return { data: fromPlanes(back, width, height), width, height, channels: 3 };
}

interface Plane {
  readonly values: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const bits = 16;
const round = 1 << (bits - 1);

/** Y, Cb and Cr (jccolor.c). */
function toPlanes(rgb: ArrayLike<number>, width: number, height: number): Plane[] {
  const [luma, blue, red] = [0, 1, 2].map(() => new Uint8Array(width * height)) as [Uint8Array, Uint8Array, Uint8Array];
  const middle = (128 << bits) + round - 1;
  for (let i = 0, p = 0; i < luma.length; i++, p += 3) {
    const [r, g, b] = [rgb[p] as number, rgb[p + 1] as number, rgb[p + 2] as number];
    luma[i] = (19595 * r + 38470 * g + 7471 * b + round) >> bits;
    blue[i] = (-11059 * r - 21709 * g + 32768 * b + middle) >> bits;
    red[i] = (32768 * r - 27439 * g - 5329 * b + middle) >> bits;
  }
  return [luma, blue, red].map((values) => ({ values, width, height }));
}

/** jdcolor.c. */
function fromPlanes([luma, blue, red]: readonly Plane[], width: number, height: number): Uint8Array {
  const rgb = new Uint8ClampedArray(width * height * 3);
  const [y, cb, cr] = [luma, blue, red].map((plane) => (plane as Plane).values) as [Uint8Array, Uint8Array, Uint8Array];
  for (let i = 0, p = 0; i < y.length; i++, p += 3) {
    const [value, u, v] = [y[i] as number, (cb[i] as number) - 128, (cr[i] as number) - 128];
    rgb[p] = value + ((91881 * v + round) >> bits);
    rgb[p + 1] = value + ((-22554 * u - 46802 * v + round) >> bits);
    rgb[p + 2] = value + ((116130 * u + round) >> bits);
  }
  return new Uint8Array(rgb.buffer);
}

/** Blocks of 8 x 8 through transform, quantization and back; beyond the border the last pixel is repeated. */
function quantized({ values, width, height }: Plane, table: Int32Array): Plane {
  const out = new Uint8Array(width * height);
  const block = new Int32Array(side * side);
  for (let top = 0; top < height; top += side)
    for (let left = 0; left < width; left += side) {
      for (let y = 0, i = 0; y < side; y++) {
        const row = Math.min(height - 1, top + y) * width;
        for (let x = 0; x < side; x++, i++) block[i] = (values[row + Math.min(width - 1, left + x)] as number) - 128;
      }
      toCoefficients(block);
      for (let i = 0; i < block.length; i++) {
        // The transform's results are 8 times too large.
        const [value, step] = [block[i] as number, table[i] as number];
        const level = Math.trunc((Math.abs(value) + 4 * step) / (8 * step));
        block[i] = (value < 0 ? -level : level) * step;
      }
      fromCoefficients(block);
      for (let y = 0; y < Math.min(side, height - top); y++)
        for (let x = 0; x < Math.min(side, width - left); x++) out[(top + y) * width + left + x] = block[y * side + x] as number;
    }
  return { values: out, width, height };
}

/** The mean of four pixels, rounded down and up in turns so that it has no bias (jcsample.c). Blocks reach beyond the border, where the last pixel is repeated. */
function downsampled({ values, width, height }: Plane): Plane {
  const size = { width: side * Math.ceil(width / (2 * side)), height: Math.ceil(height / 2) };
  const out = new Uint8Array(size.width * size.height);
  for (let y = 0, i = 0; y < size.height; y++) {
    const [upper, lower] = [2 * y * width, Math.min(height - 1, 2 * y + 1) * width];
    for (let x = 0; x < size.width; x++, i++) {
      const [left, right] = [Math.min(width - 1, 2 * x), Math.min(width - 1, 2 * x + 1)];
      const sum = (values[upper + left] as number) + (values[upper + right] as number) + (values[lower + left] as number) + (values[lower + right] as number);
      out[i] = (sum + 1 + (x & 1)) >> 2;
    }
  }
  return { values: out, ...size };
}

/** A triangle filter: three quarters of the nearer sample, one of the further, in both directions (jdsample.c, h2v2_fancy_upsample). */
function upsampled({ values, width: stride, height: rows }: Plane, width: number, height: number): Plane {
  const columns = Math.ceil(width / 2);
  const out = new Uint8Array(width * height);
  const sums = new Int32Array(columns);
  for (let y = 0; y < height; y++) {
    const near = y >> 1;
    const far = Math.min(rows - 1, Math.max(0, near + (y & 1 ? 1 : -1)));
    for (let x = 0; x < columns; x++) sums[x] = 3 * (values[near * stride + x] as number) + (values[far * stride + x] as number);
    for (let x = 0; x < width; x++) {
      const [here, odd] = [x >> 1, x & 1];
      const beside = Math.min(columns - 1, Math.max(0, here + (odd ? 1 : -1)));
      out[y * width + x] = (3 * (sums[here] as number) + (sums[beside] as number) + (odd ? 7 : 8)) >> 4;
    }
  }
  return { values: out, width, height };
}

/** jcparam.c, baseline. */
function scaledTable(table: readonly number[], quality: number): Int32Array {
  const scale = quality < 50 ? Math.trunc(5000 / quality) : 200 - 2 * quality;
  return Int32Array.from(table, (value) => Math.min(255, Math.max(1, Math.trunc((value * scale + 50) / 100))));
}

const luminance = [
  ...[16, 11, 10, 16, 24, 40, 51, 61],
  ...[12, 12, 14, 19, 26, 58, 60, 55],
  ...[14, 13, 16, 24, 40, 57, 69, 56],
  ...[14, 17, 22, 29, 51, 87, 80, 62],
  ...[18, 22, 37, 56, 68, 109, 103, 77],
  ...[24, 35, 55, 64, 81, 104, 113, 92],
  ...[49, 64, 78, 87, 103, 121, 120, 101],
  ...[72, 92, 95, 98, 112, 100, 103, 99],
];

const chrominance = [
  ...[17, 18, 24, 47, 99, 99, 99, 99],
  ...[18, 21, 26, 66, 99, 99, 99, 99],
  ...[24, 26, 56, 99, 99, 99, 99, 99],
  ...[47, 66, 99, 99, 99, 99, 99, 99],
  ...Array.from({ length: 32 }, () => 99),
];
