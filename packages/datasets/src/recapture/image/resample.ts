import { createImage, type LinearImage } from './linear-image.ts';

/** Maps positions of the output to positions of the source, both 0..1 across the width and across the height. Writes x and y to `to`. */
export type PlaceMap = (x: number, y: number, to: Float64Array) => void;

export const samePlace: PlaceMap = (x, y, to) => {
  to[0] = x;
  to[1] = y;
};

/** The map, mirrored beyond the source's border: a display's last column alone would be one color of its sub-pixels. */
export function mirrored(map: PlaceMap): PlaceMap {
  return (x, y, to) => {
    map(x, y, to);
    to[0] = folded(to[0] as number);
    to[1] = folded(to[1] as number);
  };
}

function folded(place: number): number {
  return place < 0 ? -place : place > 1 ? 2 - place : place;
}

export interface ResampleOptions {
  /** Side of the square that an output pixel averages, in output pixels. Default 1: no gap, no overlap. */
  readonly aperture?: number;
  /** The average is taken over taps x taps positions. Default: 1 where the source is not finer than the output, else 3. */
  readonly taps?: number;
}

/**
 * The image at width x height pixels: each output pixel averages its square of the source, which is read bilinearly; beyond the border it repeats.
 * The map is treated as linear within one output pixel. Structure of the source that is finer than the output pixel aliases to lower frequencies,
 * as it does on a sensor (moiré).
 */
export function resample(source: LinearImage, width: number, height: number, map: PlaceMap = samePlace, options: ResampleOptions = {}): LinearImage {
  const finer = source.width > width || source.height > height;
  const { aperture = 1, taps = finer ? 3 : 1 } = options;
  const out = createImage(width, height);
  const places = placeGrid(source, width, height, map);
  const pixel = new Float64Array(3);
  const share = 1 / (taps * taps);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const here = 2 * (y * (width + 1) + x);
      const right = here + 2;
      const below = here + 2 * (width + 1);
      const placeX = places[here] as number;
      const placeY = places[here + 1] as number;
      const rightX = (places[right] as number) - placeX;
      const rightY = (places[right + 1] as number) - placeY;
      const downX = (places[below] as number) - placeX;
      const downY = (places[below + 1] as number) - placeY;
      pixel[0] = 0;
      pixel[1] = 0;
      pixel[2] = 0;
      for (let j = 0; j < taps; j++) {
        const down = aperture * ((j + 0.5) / taps - 0.5);
        for (let i = 0; i < taps; i++) {
          const across = aperture * ((i + 0.5) / taps - 0.5);
          addBilinear(source, placeX + across * rightX + down * downX, placeY + across * rightY + down * downY, pixel);
        }
      }
      const to = 3 * (y * width + x);
      out.data[to] = (pixel[0] as number) * share;
      out.data[to + 1] = (pixel[1] as number) * share;
      out.data[to + 2] = (pixel[2] as number) * share;
    }
  }
  return out;
}

/** Positions of the output's pixel centers in pixels of the source: one more column and row than the output has, for the step to the next. */
function placeGrid(source: LinearImage, width: number, height: number, map: PlaceMap): Float64Array {
  const grid = new Float64Array(2 * (width + 1) * (height + 1));
  const place = new Float64Array(2);
  for (let y = 0, to = 0; y <= height; y++) {
    for (let x = 0; x <= width; x++, to += 2) {
      map((x + 0.5) / width, (y + 0.5) / height, place);
      grid[to] = (place[0] as number) * source.width - 0.5;
      grid[to + 1] = (place[1] as number) * source.height - 0.5;
    }
  }
  return grid;
}

/** Adds the image's color at a position between pixel centers. */
function addBilinear({ width, height, data }: LinearImage, x: number, y: number, to: Float64Array): void {
  const clampedX = x < 0 ? 0 : x > width - 1 ? width - 1 : x;
  const clampedY = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
  const left = Math.floor(clampedX);
  const top = Math.floor(clampedY);
  const fx = clampedX - left;
  const fy = clampedY - top;
  const a = 3 * (top * width + left);
  const b = left < width - 1 ? a + 3 : a;
  const rowStep = top < height - 1 ? 3 * width : 0;
  const c = a + rowStep;
  const d = b + rowStep;
  const wd = fx * fy;
  const wc = fy - wd;
  const wb = fx - wd;
  const wa = 1 - fx - wc;
  to[0] = (to[0] as number) + wa * (data[a] as number) + wb * (data[b] as number) + wc * (data[c] as number) + wd * (data[d] as number);
  to[1] = (to[1] as number) + wa * (data[a + 1] as number) + wb * (data[b + 1] as number) + wc * (data[c + 1] as number) + wd * (data[d + 1] as number);
  to[2] = (to[2] as number) + wa * (data[a + 2] as number) + wb * (data[b + 2] as number) + wc * (data[c + 2] as number) + wd * (data[d + 2] as number);
}
