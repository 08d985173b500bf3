import type { AffineMap } from '../contracts/pixel-image.ts';

/**
 * Sets the pixels of a view to black whose centers a map takes out of 0..1.
 *
 * @param inside From the view's (u, v) to those that must stay within 0..1.
 * @param black Value of each channel.
 */
export function blackOutside(inside: AffineMap, size: number, black: readonly number[], out: Float32Array, offset: number): void {
  const channels = black.length;
  const fill = (row: number, from: number, to: number) => {
    const end = offset + (row * size + to) * channels;
    for (let o = offset + (row * size + from) * channels; o < end; ) for (let c = 0; c < channels; c++, o++) out[o] = black[c] as number;
  };
  for (let row = 0; row < size; row++) {
    const v = (row + 0.5) / size;
    const x = span(inside.xx, inside.xy * v + inside.x0, size);
    const y = span(inside.yx, inside.yy * v + inside.y0, size);
    const from = Math.max(x.from, y.from);
    const to = Math.max(from, Math.min(x.to, y.to));
    fill(row, 0, Math.min(from, size));
    fill(row, Math.min(to, size), size);
  }
}

/** The pixels i of a row, from..to - 1, with 0 <= slope · (i + 0.5) / size + start < 1. */
function span(slope: number, start: number, size: number): { readonly from: number; readonly to: number } {
  if (slope === 0) return start >= 0 && start < 1 ? { from: 0, to: size } : { from: size, to: size };
  const zero = (-start / slope) * size - 0.5;
  const one = ((1 - start) / slope) * size - 0.5;
  // Rising: from the first at or above 0 to the last below 1; falling: from the first below 1 to the last at or above 0.
  const [from, to] = slope > 0 ? [Math.ceil(zero), Math.ceil(one)] : [Math.floor(one) + 1, Math.floor(zero) + 1];
  const clamp = (pixel: number) => Math.min(size, Math.max(0, pixel));
  return { from: clamp(from), to: clamp(to) };
}
