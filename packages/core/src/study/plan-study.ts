import { parsePath } from '../configuration/apply-overrides.ts';
import { renderPath } from '../configuration/config-node.ts';
import type { LoadOptions } from '../configuration/load-experiment.ts';
import { ConfigurationError } from '../contracts/errors.ts';
import type { SearchRanges } from '../search/search-range.ts';
import { loadStudyRun } from './load-study-run.ts';
import { loadPlannedRun } from './plan-search.ts';
import { type Study, searchedRanges, studyTargets } from './study-definition.ts';

/** What a study would run, and what each method changes. Plain JSON. */
export interface StudyPlan {
  readonly runs: number;
  /** Runs of trials before them; 0 without a search. */
  readonly trials: number;
  readonly targets: readonly string[];
  readonly seeds: readonly number[];
  readonly methods: readonly MethodPlan[];
}

/** One method against the experiment as it is, on the first target with the first seed. */
export interface MethodPlan {
  readonly method: string;
  /** Every value that differs; all values if the experiment is not complete without a method. */
  readonly differences: readonly PlannedValue[];
  /** Paths of values that the method's blocks took over from the experiment. */
  readonly inherited: readonly string[];
  /** Ranges of the values that a search chooses, by path; they are not among the differences. */
  readonly searched: SearchRanges;
  readonly warnings: readonly string[];
}

/** A value of the experiment and of the method; absent where one of them has none. */
export interface PlannedValue {
  readonly path: string;
  readonly experiment?: unknown;
  readonly method?: unknown;
}

/**
 * The differences of each method, without running anything.
 *
 * @throws ConfigurationError with the problems of the first method that has any.
 */
export async function describePlan(study: Study, options: LoadOptions = {}): Promise<StudyPlan> {
  const targets = studyTargets(study);
  const which = { target: targets[0] as string, seed: study.seeds[0] as number };
  const base = await withoutMethod();
  const methods: MethodPlan[] = [];
  for (const method of Object.keys(study.methods)) {
    const { experiment, inherited, warnings } = await loadPlannedRun(study, { ...which, method }, options);
    const searched = searchedRanges(study, method) ?? {};
    const values = leaves(experiment);
    const paths = [...new Set([...base.keys(), ...values.keys()])].filter(
      (path) => !isUnder(path, Object.keys(searched)) && JSON.stringify(base.get(path)) !== JSON.stringify(values.get(path)),
    );
    const differences = paths.map(
      (path): PlannedValue => ({
        path,
        ...(base.has(path) ? { experiment: base.get(path) } : {}),
        ...(values.has(path) ? { method: values.get(path) } : {}),
      }),
    );
    methods.push({ method, differences, inherited, searched, warnings });
  }
  const trials = methods.filter(({ searched }) => Object.keys(searched).length > 0).length * targets.length * (study.search?.trials ?? 0);
  return { trials, runs: targets.length * study.seeds.length * methods.length, targets, seeds: study.seeds, methods };

  async function withoutMethod(): Promise<Map<string, unknown>> {
    try {
      return leaves((await loadStudyRun(study, { ...which, method: undefined }, options)).experiment);
    } catch (error) {
      // A method may supply what the experiment lacks.
      if (error instanceof ConfigurationError) return new Map();
      throw error;
    }
  }
}

/** Whether a path is one of these, or within the value of one. */
function isUnder(path: string, paths: readonly string[]): boolean {
  const parts = (text: string) => parsePath(`${text}=`)?.path ?? [text];
  const own = parts(path);
  return paths.some((other) => parts(other).every((part, i) => part === own[i]));
}

/** Values by path; a list, and an empty map, is one value. */
function leaves(value: unknown, path: readonly string[] = []): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0) return new Map([[renderPath(path), value]]);
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...leaves(inner, [...path, key])]));
}
