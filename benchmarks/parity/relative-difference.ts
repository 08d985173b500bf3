type Values = Float32Array | Int32Array;

/** How far apart two versions a and b of one tensor are. */
export interface TensorDifference {
  /** max |a - b| / max |b| over the entries; 0 where they are equal, infinite where b is zero and a is not, NaN where a value is. */
  readonly relative: number;
  /** Σ (a - b)². */
  readonly apart: number;
  /** Σ (b - start)². */
  readonly moved: number;
}

export function tensorDifference(a: Values, b: Values, start: Values): TensorDifference {
  let [off, largest, apart, moved] = [0, 0, 0, 0];
  for (let i = 0; i < b.length; i++) {
    const value = b[i] as number;
    const [difference, move] = [Math.abs((a[i] as number) - value), value - (start[i] as number)];
    if (difference > off || Number.isNaN(difference)) off = difference; // NaN stays: nothing is larger
    largest = Math.max(largest, Math.abs(value));
    apart += difference * difference;
    moved += move * move;
  }
  return { relative: off === 0 ? 0 : off / largest, apart, moved };
}

/** The larger of two numbers; NaN where one is NaN. */
export function larger(a: number, b: number): number {
  return b > a || Number.isNaN(b) ? b : a;
}
