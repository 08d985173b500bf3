import { expect, it } from 'vitest';
import { type MeasuredRun, testMethods } from './test-methods.ts';

const run = (method: string, seed: number, hter: number, target = 'a'): MeasuredRun => ({ method, target, seed, figures: { literature: { hter } } });

it('pairs runs of the same seed and target, and leaves out those without a partner', () => {
  const [test, ...others] = testMethods(
    [run('erm', 0, 0.1), run('erm', 1, 0.2), run('erm', 0, 0.3, 'b'), run('sam', 0, 0.2), run('sam', 0, 0.5, 'b'), run('sam', 9, 0.9)],
    'erm',
  );
  expect(others).toEqual([]);
  expect(test).toMatchObject({ method: 'sam', baseline: 'erm', pairs: 2, leastP: 0.5, wilcoxon: { p: 0.5, holm: 0.5 }, permutation: { p: 0.5 } });
  expect(test?.difference.mean).toBeCloseTo(0.15, 12);
});

it('corrects over the methods of a figure: of two, the smaller p is doubled', () => {
  const seeds = [0, 1, 2, 3, 4, 5];
  const runs = seeds.flatMap((seed) => [run('erm', seed, 0.5), run('up', seed, 0.6 + seed / 100), run('mixed', seed, seed % 2 ? 0.4 : 0.6)]);
  const tests = testMethods(runs, 'erm');
  // Six differences of one sign: 2 of 64 signs are as far.
  expect(tests.map(({ method, wilcoxon: { p, holm } }) => [method, p, holm])).toEqual([
    ['up', 2 / 64, 4 / 64],
    ['mixed', 1, 1],
  ]);
});

it('differences that are equal on paper are ties, and 0 is 0', () => {
  const runs = [run('erm', 0, 0.1), run('erm', 1, 0.3), run('m', 0, 0.1 + 0.2 - 0.2), run('m', 1, 0.3)];
  expect(testMethods(runs, 'erm')[0]).toMatchObject({ pairs: 2, difference: { mean: 0 }, wilcoxon: { p: 1 }, permutation: { p: 1 } });
});
