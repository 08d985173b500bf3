import type { Case, CaseEnded } from './case.ts';

/** A series of cases. */
export interface Series {
  readonly name: string;
  /** How many cases make the long form. */
  readonly cases: number;
  /** Seconds after which a case hangs: those that start processes take longer on a busy machine. */
  readonly limit: number;
  /** Whether the folder is emptied before each case. */
  readonly clean: boolean;
  run(at: Case): Promise<CaseEnded>;
}

/** All series, in the order in which they run. What each needs is loaded with its first case. */
export const allSeries: readonly Series[] = [
  { name: 'fuzz', cases: 130_000, limit: 20, clean: false, run: async (at) => (await import('./fuzz.ts')).fuzzCase(at) },
  { name: 'damage', cases: 300, limit: 60, clean: true, run: async (at) => (await import('./damage.ts')).damageCase(at) },
  { name: 'fault', cases: 60, limit: 60, clean: true, run: async (at) => (await import('./faults.ts')).faultCase(at) },
  { name: 'kill', cases: 200, limit: 400, clean: true, run: async (at) => (await import('./kills.ts')).killCase(at) },
  { name: 'install', cases: 12, limit: 600, clean: true, run: async (at) => (await import('./installs.ts')).installCase(at) },
];

/** @throws Error where there is none of that name */
export function seriesNamed(name: string): Series {
  const found = allSeries.find((one) => one.name === name);
  if (!found) throw new Error(`Cannot run the series '${name}': there is none, expected some of ${allSeries.map((one) => one.name).join(', ')}`);
  return found;
}
