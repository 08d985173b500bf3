type Values = Float32Array | Int32Array;

/** How far apart two versions of one tensor are. */
export interface TensorDifference {
  /** max |a - b| / max |b| over the entries; 0 where both are zero, infinite where b alone is, NaN where a value is. */
  readonly values: number;
  /** max |a - b| / max |b - start|: of what training has added to `start`. */
  readonly moves: number;
}

export function relativeDifference(a: Values, b: Values, start: Values): TensorDifference {
  let [off, largest, furthest] = [0, 0, 0];
  for (let i = 0; i < b.length; i++) {
    const value = b[i] as number;
    const [difference, size, move] = [Math.abs((a[i] as number) - value), Math.abs(value), Math.abs(value - (start[i] as number))];
    if (difference > off || Number.isNaN(difference)) off = difference; // NaN stays: nothing is larger
    if (size > largest) largest = size;
    if (move > furthest) furthest = move;
  }
  return { values: off === 0 ? 0 : off / largest, moves: off === 0 ? 0 : off / furthest };
}

/** The larger of two numbers; NaN where one is NaN. */
export function larger(a: number, b: number): number {
  return b > a || Number.isNaN(b) ? b : a;
}
