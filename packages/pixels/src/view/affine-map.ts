import type { AffineMap } from '../contracts/pixel-image.ts';

/** Size of an image in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** The map that stretches the whole image over the output. */
export function wholeImage({ width, height }: ImageSize): AffineMap {
  return { xx: width, xy: 0, x0: 0, yx: 0, yy: height, y0: 0 };
}

/**
 * Applies `step` to the image that `map` produces: the output at (u, v) shows what `map` shows at step(u, v), both in 0..1. An augmentation
 * follows those before it this way:
 *
 *     const mirror = { xx: -1, xy: 0, x0: 1, yx: 0, yy: 1, y0: 0 };
 *     geometry: (map) => composeAffine(map, mirror)
 */
export function composeAffine(map: AffineMap, step: AffineMap): AffineMap {
  return {
    xx: map.xx * step.xx + map.xy * step.yx,
    xy: map.xx * step.xy + map.xy * step.yy,
    x0: map.xx * step.x0 + map.xy * step.y0 + map.x0,
    yx: map.yx * step.xx + map.yy * step.yx,
    yy: map.yx * step.xy + map.yy * step.yy,
    y0: map.yx * step.x0 + map.yy * step.y0 + map.y0,
  };
}

/** The same map for a copy of the source at another size. */
export function forSourceSize(map: AffineMap, from: ImageSize, to: ImageSize): AffineMap {
  const x = to.width / from.width;
  const y = to.height / from.height;
  return { xx: map.xx * x, xy: map.xy * x, x0: map.x0 * x, yx: map.yx * y, yy: map.yy * y, y0: map.y0 * y };
}

/** Source pixels per output pixel, along one axis, for an output of `size` x `size`: 2 where the output is half as large. */
export function shrinkage({ xx, xy, yx, yy }: AffineMap, size: number): number {
  return Math.sqrt(Math.abs(xx * yy - xy * yx)) / size;
}

/** The map that leads back; its values are not finite where the map has no area. */
export function invertAffine({ xx, xy, x0, yx, yy, y0 }: AffineMap): AffineMap {
  const area = xx * yy - xy * yx;
  return {
    xx: yy / area,
    xy: -xy / area,
    x0: (xy * y0 - yy * x0) / area,
    yx: -yx / area,
    yy: xx / area,
    y0: (yx * x0 - xx * y0) / area,
  };
}

/** Whether rows stay rows and columns stay columns. */
export function isUpright({ xx, xy, yx, yy }: AffineMap): boolean {
  return Math.abs(xy) <= 1e-9 * Math.abs(xx) && Math.abs(yx) <= 1e-9 * Math.abs(yy);
}

/** Whether a step of the unit square only mirrors it, along one axis, both or none. */
export function mirrors({ xx, xy, x0, yx, yy, y0 }: AffineMap): boolean {
  const near = (value: number, to: number) => Math.abs(value - to) < 1e-9;
  const along = (scale: number, start: number) => (near(scale, 1) && near(start, 0)) || (near(scale, -1) && near(start, 1));
  return near(xy, 0) && near(yx, 0) && along(xx, x0) && along(yy, y0);
}
