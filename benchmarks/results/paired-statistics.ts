import { type Interval, interval } from '@gradalign/metrics';
import type { BenchmarkResults, RunFigures } from './study-results.ts';

/** One number of a run. */
export type Quantity = (run: RunFigures, target: string) => number;

export type BySeed = ReadonlyMap<number, number>;

/** The quantity of one method with one target left out, by seed. */
export function bySeed({ cells }: BenchmarkResults, method: string, target: string, quantity: Quantity): BySeed {
  const cell = cells.find((each) => each.method === method && each.target === target);
  return new Map(cell?.runs.map((run) => [run.seed, quantity(run, target)]));
}

/** Its mean over the targets, by seed; a seed counts where it has every target. */
export function meanBySeed(results: BenchmarkResults, method: string, targets: readonly string[], quantity: Quantity): BySeed {
  const all = targets.map((target) => bySeed(results, method, target, quantity));
  const seeds = [...(all[0]?.keys() ?? [])].filter((seed) => all.every((values) => values.has(seed)));
  return new Map(seeds.map((seed) => [seed, all.reduce((sum, values) => sum + (values.get(seed) as number), 0) / all.length]));
}

/** Value minus baseline, seed by seed; undefined where they share no seed. */
export function pairedDifference(values: BySeed, baseline: BySeed): Interval | undefined {
  const differences = [...values].flatMap(([seed, value]) => (baseline.has(seed) ? [value - (baseline.get(seed) as number)] : []));
  return differences.length > 0 ? interval(differences) : undefined;
}

/** Undefined for no values. */
export function intervalOf(values: BySeed): Interval | undefined {
  return values.size > 0 ? interval([...values.values()]) : undefined;
}

/** Whether the 95 % interval leaves out 0, and on which side. */
export function side({ mean, half95 }: Interval): 'above' | 'below' | 'unclear' {
  if (half95 === undefined || Math.abs(mean) <= half95) return 'unclear';
  return mean > 0 ? 'above' : 'below';
}
