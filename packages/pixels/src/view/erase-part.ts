import type { ErasedPart } from '../contracts/pixel-image.ts';

/** A view of normalized values. */
export interface NormalizedView {
  /** Side in pixels. */
  readonly size: number;
  readonly channels: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Fills a rectangle of the view that `out` holds from `offset` on. */
export function erasePart({ left, top, right, bottom, fill = 'mean' }: ErasedPart, view: NormalizedView, out: Float32Array, offset: number): void {
  const { size, channels } = view;
  const pixel = (share: number) => Math.min(size, Math.max(0, Math.round(share * size)));
  const [first, last] = [pixel(left), Math.max(pixel(left), pixel(right))];
  const [upper, lower] = [pixel(top), pixel(bottom)];
  if (first >= last || upper >= lower) return;
  const rows = Array.from({ length: lower - upper }, (_, i) => offset + (upper + i) * size * channels);
  if (fill === 'mean') {
    for (const row of rows) out.fill(0, row + first * channels, row + last * channels);
    return;
  }
  for (let c = 0; c < channels; c++) {
    const positions = (of: (o: number) => void) => {
      for (const row of rows) for (let o = row + first * channels + c; o < row + last * channels; o += channels) of(o);
    };
    let value = 0;
    if (fill === 'region-mean') {
      positions((o) => {
        value += out[o] as number;
      });
      value /= (last - first) * (lower - upper);
    } else value = (fill - (view.mean[c] as number)) / (view.std[c] as number);
    positions((o) => {
      out[o] = value;
    });
  }
}
