import { ProbabilityError } from './errors.ts';

/**
 * p values of m tests corrected so that the chance of one false rejection among them stays at the level (Holm 1979). With p_(1) ≤ ... ≤ p_(m):
 *
 *     p'_(i) = max over j ≤ i of min(1, (m - j + 1) · p_(j))
 *
 * In the order given.
 *
 * @throws ProbabilityError where a value is not within 0..1
 */
export function holmCorrection(values: readonly number[]): number[] {
  const wrong = values.findIndex((p) => !(p >= 0 && p <= 1));
  if (wrong >= 0) throw new ProbabilityError(`Cannot correct p values: value ${wrong} is ${values[wrong]}, expected a number from 0 to 1`, wrong);
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const corrected = [...values];
  let largest = 0;
  order.forEach((index, place) => {
    largest = Math.max(largest, Math.min(1, (values.length - place) * (values[index] as number)));
    corrected[index] = largest;
  });
  return corrected;
}
