/** The directions of largest variance, and where each row lies along them. */
export interface PrincipalComponents {
  /** Of each row, two coordinates; the mean of the rows is the origin. */
  readonly projected: readonly (readonly [number, number])[];
  /** Share of the variance that each direction holds, 0..1. */
  readonly explained: readonly [number, number];
}

/** Where the two largest variances are nearly the same, many are needed. */
const mostIterations = 1000;

/**
 * The first two principal components by power iteration on XᵀX, never formed, the second on what the first leaves over. The sign of a direction is the one
 * in which its largest entry is positive, so that the same rows give the same picture.
 *
 * @param rows [n, d], n >= 2
 */
export function principalComponents(rows: readonly (readonly number[])[]): PrincipalComponents {
  const centered = center(rows);
  const total = centered.reduce((sum, row) => sum + dot(row, row), 0);
  const first = leadingDirection(centered);
  const alongFirst = centered.map((row) => dot(row, first));
  const rest = centered.map((row, i) => row.map((value, j) => value - (alongFirst[i] as number) * (first[j] as number)));
  const second = leadingDirection(rest);
  const alongSecond = rest.map((row) => dot(row, second));
  const share = (along: readonly number[]) => (total > 0 ? along.reduce((sum, value) => sum + value * value, 0) / total : 0);
  return {
    projected: alongFirst.map((value, i) => [value, alongSecond[i] as number] as const),
    explained: [share(alongFirst), share(alongSecond)],
  };
}

function center(rows: readonly (readonly number[])[]): Float64Array[] {
  const width = rows[0]?.length ?? 0;
  const mean = new Float64Array(width);
  for (const row of rows) for (let j = 0; j < width; j++) mean[j] = (mean[j] as number) + (row[j] as number) / rows.length;
  return rows.map((row) => Float64Array.from(row, (value, j) => value - (mean[j] as number)));
}

/** A zero vector where the rows do not vary. */
function leadingDirection(rows: readonly Float64Array[]): Float64Array {
  // The longest row has a part along the leading direction unless the rows are made to prevent it.
  const longest = rows.reduce((best, row) => (dot(row, row) > dot(best, best) ? row : best), rows[0] ?? new Float64Array());
  let direction = unit(longest);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const next = new Float64Array(direction.length);
    for (const row of rows) {
      const along = dot(row, direction);
      for (let j = 0; j < next.length; j++) next[j] = (next[j] as number) + along * (row[j] as number);
    }
    const moved = unit(next);
    const change = 1 - Math.abs(dot(moved, direction));
    direction = moved;
    if (change < 1e-12) break;
  }
  const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? direction.map((value) => -value) : direction;
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  return length > 0 ? vector.map((value) => value / length) : new Float64Array(vector.length);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
