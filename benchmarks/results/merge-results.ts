import { isDeepStrictEqual } from 'node:util';
import type { ResultsStudy } from './study-definition.ts';
import type { StudyResults } from './study-results.ts';

/**
 * The results of some benchmarks beside those of others that are stored: what is stored stays where it was made as the study says today (the same
 * definition, seeds, trials and sharpness), so that a study can be run part by part. The order is the study's; its missing benchmarks are named.
 */
export function mergeResults(study: ResultsStudy, fresh: StudyResults, stored: StudyResults | undefined): StudyResults {
  const sameSettings = stored !== undefined && isDeepStrictEqual(settingsOf(stored.study), settingsOf(fresh.study));
  const kept = sameSettings
    ? Object.keys(study.benchmarks).filter((name) => stored.benchmarks[name] && isDeepStrictEqual(stored.study.benchmarks[name], plain(study.benchmarks[name])))
    : [];
  const resultsOf = (name: string) => fresh.benchmarks[name] ?? (kept.includes(name) ? stored?.benchmarks[name] : undefined);
  const names = Object.keys(study.benchmarks).filter((name) => resultsOf(name) !== undefined);
  const without = Object.entries(study.benchmarks).flatMap(([name, { title }]) => (names.includes(name) ? [] : [title]));
  return {
    ...fresh,
    study: {
      ...fresh.study,
      ...(without.length > 0 ? { without } : {}),
      benchmarks: Object.fromEntries(names.map((name) => [name, study.benchmarks[name] as ResultsStudy['benchmarks'][string]])),
    },
    benchmarks: Object.fromEntries(names.map((name) => [name, resultsOf(name) as StudyResults['benchmarks'][string]])),
  };
}

function settingsOf({ seeds, search, sharpness }: ResultsStudy): unknown {
  return plain({ seeds, search, sharpness });
}

/** As it comes back from JSON. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
