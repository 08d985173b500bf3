import { expect, it } from 'vitest';
import { constant } from './constant.ts';
import { cosine } from './cosine.ts';
import { step } from './step.ts';

const at = (epoch: number, within = 0) => ({ epoch, step: epoch * 10 + within, stepsPerEpoch: 10, epochs: 100 });

it('constant is 1; with a warm-up of half an epoch of 10 steps it is 0.2, 0.4 ... 1', () => {
  expect(constant.create({ warmup: 0 }).factor(at(0))).toBe(1);
  const warm = constant.create({ warmup: 0.5 });
  expect([0, 1, 4, 5].map((within) => warm.factor(at(0, within)))).toEqual([0.2, 0.4, 1, 1]);
});

it('step halves at epochs 40 and 80', () => {
  const { factor } = step.create({ every: 40, factor: 0.5, warmup: 0 });
  expect([0, 39, 40, 79, 80].map((epoch) => factor(at(epoch)))).toEqual([1, 1, 0.5, 0.5, 0.25]);
});

it('cosine falls from 1 through 1/2 at half the run to its floor', () => {
  const { factor } = cosine.create({ floor: 0, warmup: 0 });
  expect(factor(at(0))).toBe(1);
  expect(factor(at(50))).toBeCloseTo(0.5, 12);
  expect(factor(at(100))).toBeCloseTo(0, 12);
  expect(cosine.create({ floor: 0.1, warmup: 0 }).factor(at(100))).toBeCloseTo(0.1, 12);
});

it('cosine starts to fall when its warm-up ends', () => {
  const { factor } = cosine.create({ floor: 0, warmup: 20 });
  expect(factor(at(20))).toBe(1);
  expect(factor(at(60))).toBeCloseTo(0.5, 12);
});
