type Values = Float32Array | Int32Array;

/** max |a - b| / max |b| over the entries of one tensor; 0 where both are zero, infinite where b alone is, NaN where a value is. */
export function relativeDifference(a: Values, b: Values): number {
  let [off, largest] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    off = larger(off, Math.abs((a[i] as number) - (b[i] as number)));
    largest = larger(largest, Math.abs(b[i] as number));
  }
  return off === 0 ? 0 : off / largest;
}

/** The same of what was added to `start`: (a - start) beside (b - start). */
export function relativeDifferenceOfMoves(a: Values, b: Values, start: Values): number {
  const moved = (values: Values) => Float32Array.from(values, (value, i) => value - (start[i] as number));
  return relativeDifference(moved(a), moved(b));
}

/** The larger of two numbers; NaN where one is NaN. */
export function larger(a: number, b: number): number {
  return b > a || Number.isNaN(b) ? b : a;
}
