import jstat from 'jstat';
import { NoSamplesError } from './errors.ts';

/** Mean of repeated runs with its spread. */
export interface Interval {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation (n - 1); absent for one value. */
  readonly deviation?: number;
  /** Half the width of the 95 % confidence interval of the mean (Student's t); absent for one value. */
  readonly half95?: number;
}

/**
 * Mean, standard deviation and 95 % confidence interval of a figure over repeated runs (seeds):
 *
 *     mean ± t(0.975, n - 1) · s / √n
 *
 * @throws NoSamplesError without values
 */
export function interval(values: readonly number[]): Interval {
  const n = values.length;
  if (n === 0) throw new NoSamplesError('Cannot compute an interval: there are no values, expected at least one');
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean };
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { n, mean, deviation, half95: (jstat.studentt.inv(0.975, n - 1) * deviation) / Math.sqrt(n) };
}
