import { expect, it } from 'vitest';
import { oracleOf } from './oracle.ts';

const at = (epoch: number, hter: number, auc: number) => ({ epoch, figures: { hter, auc } });

it('the best epoch has the largest AUC - HTER, the last of equals', () => {
  const oracle = oracleOf([at(0, 0.5, 0.5), at(1, 0.25, 0.75), at(2, 0.125, 0.625), at(3, 0.375, 0.75)]);
  expect(oracle).toMatchObject({ best: { epoch: 2, figures: { hter: 0.125, auc: 0.625 } } });
});

it('mean and deviation are over the last ten, with n in the denominator: 1..10 has variance 99 / 12', () => {
  const oracle = oracleOf(Array.from({ length: 13 }, (_, i) => at(i, (i - 2) / 100, 0.5)));
  if ('error' in oracle) throw new Error(oracle.error);
  expect(oracle.lastTen).toMatchObject({ n: 10, from: 3 });
  expect(oracle.lastTen.mean['hter']).toBeCloseTo(0.055, 12);
  expect(oracle.lastTen.deviation['hter']).toBeCloseTo(Math.sqrt(99 / 12) / 100, 12);
  expect(oracle.lastTen.deviation['auc']).toBe(0);
});

it('says why there is none', () => {
  expect(oracleOf([])).toEqual({ error: 'the target was never evaluated during training' });
  expect(oracleOf([{ epoch: 0, figures: {} }])).toEqual({ error: 'AUC and HTER of the target cannot be computed: it needs bona fide samples and attacks' });
});
