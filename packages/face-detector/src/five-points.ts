import type { FivePoints, Point } from './detected-face.ts';

/**
 * Five of the 68 points of the iBUG 300-W annotation (Sagonas et al., ICCV Workshops 2013), counted from 0: an eye is the mean of its
 * six outline points (36 to 41 the person's right, 42 to 47 the left), the nose its tip (30), the corners of the mouth 48 and 54.
 */
export function fivePoints(points: readonly Point[]): FivePoints {
  if (points.length !== 68) throw new RangeError(`Cannot compute five points: there are ${points.length} landmarks, expected 68`);
  return {
    rightEye: mean(points.slice(36, 42)),
    leftEye: mean(points.slice(42, 48)),
    nose: rounded(points[30] as Point),
    mouthRight: rounded(points[48] as Point),
    mouthLeft: rounded(points[54] as Point),
  };
}

function mean(points: readonly Point[]): Point {
  const sum = (of: 'x' | 'y') => points.reduce((total, point) => total + point[of], 0) / points.length;
  return rounded({ x: sum('x'), y: sum('y') });
}

function rounded({ x, y }: Point): Point {
  return { x: hundredths(x), y: hundredths(y) };
}

/** Rounds to hundredths of a pixel, so that coordinates written to a file are exactly those that were used. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
