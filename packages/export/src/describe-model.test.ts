import { expect, it } from 'vitest';
import { thresholdAsLogit } from './describe-model.ts';

// ln(0.75 / 0.25) = ln 3 = 1.0986; by a scale of 12 it is 0.09155. Beyond float64 log-odds end at 36.
it('a threshold of a probability is one of logits', () => {
  expect(thresholdAsLogit(0.75, 1)).toBeCloseTo(1.0986, 4);
  expect(thresholdAsLogit(0.75, 12)).toBeCloseTo(0.09155, 5);
  expect(thresholdAsLogit(1, 12)).toBe(3);
  expect(thresholdAsLogit(0, 1)).toBe(-36);
});
