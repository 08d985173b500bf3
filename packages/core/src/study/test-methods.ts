import { holmCorrection, type Interval, interval, pairedPermutationTest, wilcoxonSignedRank } from '@gradalign/metrics';

/** Figures of one run with one set of weights, by convention and metric. */
export interface MeasuredRun {
  /** Name of the method, with `+ weights` for offered ones. */
  readonly method: string;
  readonly target: string;
  readonly seed: number;
  readonly figures: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A method against the baseline in one figure, over runs of the same target and seed. */
export interface MethodTest {
  readonly convention: string;
  readonly metric: string;
  readonly method: string;
  readonly baseline: string;
  /** Runs of the method that the baseline has a run for, and the other way round. */
  readonly pairs: number;
  /** Method minus baseline, shares. */
  readonly difference: Interval;
  /** The smallest p that this many pairs allow, however large the differences: 2^(1 - pairs). */
  readonly leastP: number;
  /** Wilcoxon's signed rank test. */
  readonly wilcoxon: CorrectedTest;
  /** Paired permutation test of the mean. */
  readonly permutation: CorrectedTest;
}

/** Two-sided p of a test. */
export interface CorrectedTest {
  readonly p: number;
  /** Corrected by Holm over the methods that are tested against the baseline in this figure. */
  readonly holm: number;
  /** `exact`, `normal` (approximation) or `random` (signs drawn by seed 0). */
  readonly method: string;
}

/** Tests every other method against the baseline, in every figure, over seeds and targets together. Runs without a partner are left out. */
export function testMethods(runs: readonly MeasuredRun[], baseline: string): MethodTest[] {
  const base = runs.filter(({ method }) => method === baseline);
  const methods = [...new Set(runs.map(({ method }) => method))].filter((method) => method !== baseline);
  const figures = new Map(
    runs.flatMap((run) => Object.entries(run.figures).flatMap(([by, of]) => Object.keys(of).map((metric) => [`${by}/${metric}`, [by, metric]] as const))),
  );
  return [...figures.values()].flatMap(([convention, metric]) => {
    const figureOf = (run: MeasuredRun | undefined) => run?.figures[convention]?.[metric];
    const tested = methods.flatMap((method) => {
      const differences = runs.flatMap((run) => {
        const partner = figureOf(base.find(({ target, seed }) => target === run.target && seed === run.seed));
        const value = run.method === method ? figureOf(run) : undefined;
        // Rounded, so that differences that are equal on paper are ties.
        return value === undefined || partner === undefined ? [] : [Math.round((value - partner) * 1e12) / 1e12];
      });
      if (differences.length === 0) return [];
      return [{ method, differences, wilcoxon: wilcoxonSignedRank(differences), permutation: pairedPermutationTest(differences) }];
    });
    const [wilcoxon, permutation] = [holmCorrection(tested.map((one) => one.wilcoxon.p)), holmCorrection(tested.map((one) => one.permutation.p))];
    return tested.map(
      (one, i): MethodTest => ({
        convention,
        metric,
        method: one.method,
        baseline,
        pairs: one.differences.length,
        difference: interval(one.differences),
        leastP: 2 ** (1 - one.differences.length),
        wilcoxon: { p: one.wilcoxon.p, holm: wilcoxon[i] as number, method: one.wilcoxon.method },
        permutation: { p: one.permutation.p, holm: permutation[i] as number, method: one.permutation.method },
      }),
    );
  });
}
