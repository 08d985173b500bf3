import jstat from 'jstat';

/** Mean of repeated runs with its spread. */
export interface Interval {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation (n - 1); absent for one value. */
  readonly deviation?: number;
  /** Half the width of the 95 % confidence interval of the mean (Student's t); absent for one value. */
  readonly half95?: number;
}

export function interval(values: readonly number[]): Interval {
  const n = values.length;
  if (n === 0) throw new RangeError('Cannot compute an interval: there are no values, expected at least one');
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean };
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { n, mean, deviation, half95: (jstat.studentt.inv(0.975, n - 1) * deviation) / Math.sqrt(n) };
}
