import type { NumberType } from './number-types.ts';

/** A tensor of a weight file. */
export interface FileTensor {
  readonly shape: readonly number[];
  readonly type: NumberType;
  /** The values as float32, row by row; made anew in each call. */
  values(): Float32Array;
}

/** Tensors by name, in the order of the file. */
export type FileTensors = ReadonlyMap<string, FileTensor>;

/** Number of values of a shape; NaN where it is none. */
export function countOf(shape: readonly unknown[]): number {
  if (shape.length > 16 || !shape.every((side) => Number.isSafeInteger(side) && (side as number) >= 0)) return Number.NaN;
  const count = (shape as number[]).reduce((product, side) => product * side, 1);
  return Number.isSafeInteger(count) ? count : Number.NaN;
}
