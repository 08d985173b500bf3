import type { AffineMap, PixelImage } from '../contracts/pixel-image.ts';
import type { ImageSize } from './affine-map.ts';

/** The kernel of a resampling, and how far it reaches. */
export interface ResamplingFilter {
  /** In pixels of the larger of the two grids. */
  readonly reach: number;
  weight(distance: number): number;
}

/** A triangle: Pillow's BILINEAR, torchvision's bilinear with antialias. */
export const triangle: ResamplingFilter = { reach: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) };

/** Keys' cubic with a = -1/2: Pillow's BICUBIC, torchvision's bicubic with antialias. */
export const cubic: ResamplingFilter = {
  reach: 2,
  weight(distance) {
    const x = Math.abs(distance);
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
    return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  },
};

/** Pillow's fixed point: weights have 22 bits. */
const bits = 22;
const half = 2 ** (bits - 1);

/**
 * Crops and resizes in one step, as Pillow's `crop` and `resize` do: rows, then columns, each rounded to 8 bits, with weights of 22 bits. Where the view has
 * fewer pixels than the crop, the filter is as wide as the view's pixels. Pixels outside the crop are not read; beyond
 * the image the view is black.
 *
 * @param map Upright: from the view's (u, v) to pixels of the image; a negative scale mirrors.
 * @param size Side of the view in pixels, or its width and height.
 */
export function resample(image: PixelImage, map: AffineMap, size: number | ImageSize, filter: ResamplingFilter): PixelImage {
  const { width, height, channels } = image;
  const view = typeof size === 'number' ? { width: size, height: size } : size;
  const across = weightsAlong(width, map.x0, map.xx, view.width, filter);
  const down = weightsAlong(height, map.y0, map.yy, view.height, filter);
  const top = Math.min(...down.first);
  const bottom = Math.max(...down.first.map((first, i) => first + (down.count[i] as number)));
  const source = new Uint8Array(image.data.buffer, image.data.byteOffset, image.data.length);
  const rows = acrossRows(source.subarray(top * width * channels), { width, height: bottom - top, channels }, across);
  return { data: downColumns(rows, view.width * channels, top, down), ...view, channels };
}

// For speed: numbers in local variables, and no function is called for a single value.

/** Each row of the source at the view's width. */
function acrossRows(source: Uint8Array, { width, height, channels }: Omit<PixelImage, 'data'>, { first, count, weights, places }: AxisWeights): Uint8Array {
  const size = first.length;
  const out = new Uint8Array(height * size * channels);
  for (let y = 0, o = 0; y < height; y++) {
    const row = y * width * channels;
    for (let i = 0; i < size; i++, o += channels) {
      const from = row + (first[i] as number) * channels;
      const end = i * places + (count[i] as number);
      if (channels === 1) {
        let sum = half;
        for (let w = i * places, p = from; w < end; w++, p++) sum += (source[p] as number) * (weights[w] as number);
        out[o] = toByte(sum);
        continue;
      }
      let [red, green, blue] = [half, half, half];
      for (let w = i * places, p = from; w < end; w++, p += 3) {
        const weight = weights[w] as number;
        red += (source[p] as number) * weight;
        green += (source[p + 1] as number) * weight;
        blue += (source[p + 2] as number) * weight;
      }
      out[o] = toByte(red);
      out[o + 1] = toByte(green);
      out[o + 2] = toByte(blue);
    }
  }
  return out;
}

/** The columns of rows that begin at row `top` of the source, at the view's height. */
function downColumns(rows: Uint8Array, stride: number, top: number, { first, count, weights, places }: AxisWeights): Uint8Array {
  const size = first.length;
  const out = new Uint8Array(size * stride);
  const sums = new Int32Array(stride);
  for (let i = 0; i < size; i++) {
    sums.fill(half);
    for (let k = 0; k < (count[i] as number); k++) {
      const weight = weights[i * places + k] as number;
      const from = ((first[i] as number) - top + k) * stride;
      for (let x = 0; x < stride; x++) sums[x] = (sums[x] as number) + (rows[from + x] as number) * weight;
    }
    for (let x = 0; x < stride; x++) out[i * stride + x] = toByte(sums[x] as number);
  }
  return out;
}

/** For each pixel along one axis of the view: the first pixel it reads, how many, and their weights times 2^22. */
interface AxisWeights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  /** Weights of one pixel take this many places. */
  readonly places: number;
}

function weightsAlong(length: number, start: number, scale: number, size: number, { reach, weight }: ResamplingFilter): AxisWeights {
  const step = scale / size;
  const stretch = Math.max(1, Math.abs(step));
  const support = reach * stretch;
  const low = Math.min(length - 1, Math.max(0, Math.floor(Math.min(start, start + scale) + 1e-6)));
  const high = Math.min(length, Math.max(low + 1, Math.ceil(Math.max(start, start + scale) - 1e-6)));
  const places = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(size);
  const count = new Int32Array(size);
  const weights = new Int32Array(size * places);
  for (let i = 0; i < size; i++) {
    const center = start + (i + 0.5) * step;
    first[i] = low;
    // Nothing is read: black.
    if (!(center >= 0 && center < length)) continue;
    const from = Math.min(high - 1, Math.max(low, Math.trunc(center - support + 0.5)));
    const to = Math.max(from + 1, Math.min(high, Math.trunc(center + support + 0.5)));
    const own = Array.from({ length: to - from }, (_, k) => weight((from + k - center + 0.5) / stretch));
    const sum = own.reduce((total, value) => total + value, 0);
    first[i] = from;
    count[i] = to - from;
    for (const [k, value] of own.entries()) weights[i * places + k] = sum === 0 ? (k === 0 ? 2 ** bits : 0) : roundAway((value / sum) * 2 ** bits);
  }
  return { first, count, weights, places };
}

function toByte(sum: number): number {
  const value = sum >> bits;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function roundAway(value: number): number {
  return Math.trunc(value + (value < 0 ? -0.5 : 0.5));
}
