import { Gradients } from '../contracts/gradients.ts';
import type { LossSurface } from './loss-surface.ts';

/** Where a landscape is measured. */
export interface GridOptions {
  /** Points along each direction, odd: the solution is the one in the middle. */
  readonly points: number;
  /** The largest distance along each direction, > 0; at 1 every filter has moved by its own norm. */
  readonly radius: number;
}

/** The coordinates along one direction, from -radius to radius; 0 in the middle. */
export function gridCoordinates({ points, radius }: GridOptions): number[] {
  const half = (points - 1) / 2;
  return Array.from({ length: points }, (_, i) => (radius * (i - half)) / half);
}

/**
 * The losses L(θ + a d_1 + b d_2) of each surface at one point, in the order of the surfaces, which share their weights. The weights are restored bit for
 * bit.
 */
export function lossesAt(
  surfaces: readonly LossSurface[],
  [first, second]: readonly [Gradients, Gradients],
  [a, b]: readonly [number, number],
): readonly number[] {
  const [surface] = surfaces;
  if (!surface) return [];
  using shift = Gradients.combine([
    [a, first],
    [b, second],
  ]);
  return surface.weights.shifted(shift, () => surfaces.map((each) => each.loss()));
}
