import { type Interval, interval } from '@gradalign/metrics';
import type { StudyRun } from './study.ts';

/** Figures of one method on one target that were chosen on the target itself: for a block of their own. */
export interface OracleRow {
  readonly method: string;
  readonly target: string;
  /** Number of seeds. */
  readonly seeds: number;
  /** At the epoch of the largest AUC - HTER, over seeds. */
  readonly best: Readonly<Record<string, Interval>>;
  /** Means of the last ten evaluations of each run, over seeds. */
  readonly lastTen: Readonly<Record<string, Interval>>;
  /** Standard deviation within the last ten evaluations of a run, mean over seeds: what papers that train once print after ±. */
  readonly lastTenDeviation: Readonly<Record<string, number>>;
}

/** Rows of the runs whose experiment asks for it, by target and method. */
export function oracleRows(runs: readonly StudyRun[], targets: readonly string[], methods: readonly string[]): OracleRow[] {
  return targets.flatMap((target) =>
    methods.flatMap((method): OracleRow[] => {
      const oracles = runs.flatMap((run) => {
        const oracle = run.method === method && run.target === target ? run.results.evaluation?.oracle : undefined;
        return oracle && !('error' in oracle) ? [oracle] : [];
      });
      const [first] = oracles;
      if (!first) return [];
      const over = (of: (oracle: (typeof oracles)[number]) => Readonly<Record<string, number>>) =>
        Object.fromEntries(
          Object.keys(of(first)).flatMap((metric) => {
            const values = oracles.flatMap((oracle) => of(oracle)[metric] ?? []);
            return values.length === oracles.length ? [[metric, interval(values)] as const] : [];
          }),
        );
      const deviations = over(({ lastTen }) => lastTen.deviation);
      return [
        {
          method,
          target,
          seeds: oracles.length,
          best: over(({ best }) => best.figures),
          lastTen: over(({ lastTen }) => lastTen.mean),
          lastTenDeviation: Object.fromEntries(Object.entries(deviations).map(([metric, { mean }]) => [metric, mean])),
        },
      ];
    }),
  );
}
