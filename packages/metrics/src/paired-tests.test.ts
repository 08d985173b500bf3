import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { holmCorrection } from './holm-correction.ts';
import { pairedPermutationTest } from './paired-permutation-test.ts';
import { wilcoxonSignedRank } from './wilcoxon-signed-rank.ts';

interface Golden {
  readonly cases: readonly {
    readonly name: string;
    readonly differences: readonly number[];
    readonly wilcoxon?: { readonly statistic: number; readonly p: number };
    readonly permutation?: { readonly p: number };
  }[];
}
const { cases } = JSON.parse(readFileSync(new URL('../../../goldens/paired-tests.json', import.meta.url), 'utf8')) as Golden;

describe('against scipy', () => {
  it.each(cases)('$name', ({ differences, wilcoxon, permutation }) => {
    if (wilcoxon) {
      const { statistic, p } = wilcoxonSignedRank(differences);
      expect(statistic).toBe(wilcoxon.statistic);
      expect(Math.abs(p - wilcoxon.p)).toBeLessThan(1e-7);
    }
    if (permutation) expect(pairedPermutationTest(differences).p).toBeCloseTo(permutation.p, 12);
  });
});

describe('Wilcoxon signed rank', () => {
  it('three differences of one sign: 2 of 8 signs are as far, p is 0.25', () => {
    expect(wilcoxonSignedRank([1, 2, 3])).toEqual({ statistic: 0, p: 0.25, n: 3, method: 'exact' });
  });

  it('leaves out differences of 0, and finds nothing where all are 0', () => {
    expect(wilcoxonSignedRank([0, 1, 2])).toMatchObject({ n: 2, p: 0.5 });
    expect(wilcoxonSignedRank([0, 0])).toEqual({ statistic: 0, p: 1, n: 0, method: 'exact' });
  });

  it('takes neither an empty list nor NaN', () => {
    expect(() => wilcoxonSignedRank([])).toThrow('Cannot compute the signed rank test: there are no differences, expected at least one');
    expect(() => wilcoxonSignedRank([1, Number.NaN])).toThrow('Cannot compute the signed rank test: difference 1 is NaN, expected a finite number');
  });
});

describe('paired permutation test', () => {
  it('1, 2, 3: the sum 6 is reached by two of eight signs; 1, 2, -3: the sum 0 by all', () => {
    expect(pairedPermutationTest([1, 2, 3])).toEqual({ p: 0.25, n: 3, method: 'exact' });
    expect(pairedPermutationTest([1, 2, -3]).p).toBe(1);
  });

  it('0.1 + 0.2 and 0.3 are equal on paper: sums in another order count', () => {
    expect(pairedPermutationTest([0.1, 0.2, -0.3, 0.6]).p).toBe(pairedPermutationTest([1, 2, -3, 6]).p);
  });

  it('drawn signs come near the exact p, are the same by seed, and never give 0', () => {
    const differences = [0.4, -0.1, 0.3, 0.2, -0.2, 0.5, 0.1, 0.3];
    const exact = pairedPermutationTest(differences).p;
    const drawn = pairedPermutationTest(differences, { exactUpTo: 0, rounds: 20_000, seed: 4 });
    expect(drawn).toMatchObject({ n: 8, method: 'random' });
    expect(Math.abs(drawn.p - exact)).toBeLessThan(0.01);
    expect(pairedPermutationTest(differences, { exactUpTo: 0, rounds: 20_000, seed: 4 }).p).toBe(drawn.p);
    expect(pairedPermutationTest(new Array<number>(60).fill(1), { rounds: 999 }).p).toBe(0.001);
  });
});

describe('Holm', () => {
  it('0.01, 0.04, 0.03: three times the least, twice the next, which the last may not undercut', () => {
    expect(holmCorrection([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  });

  it('is at most 1, keeps one value, and takes nothing outside 0..1', () => {
    expect([holmCorrection([0.6, 0.7]), holmCorrection([0.2]), holmCorrection([])]).toEqual([[1, 1], [0.2], []]);
    expect(() => holmCorrection([0.5, 2])).toThrow('Cannot correct p values: value 1 is 2, expected a number from 0 to 1');
  });
});
