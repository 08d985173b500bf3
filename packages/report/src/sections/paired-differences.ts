import { interval } from '@gradalign/metrics';
import type { PairedDifference } from '../plots/forest-plot.ts';
import { record } from '../read/read-run.ts';
import type { StudyRunState } from '../read/read-study.ts';

/** The figure of a study that differences are taken in, under one convention. */
export interface StudyFigure {
  readonly convention: string;
  readonly metric: string;
}

/** The first of these that finished runs have: deployable HTER, literature HTER, then whatever their evaluation begins with. */
export function mainFigure(runs: readonly StudyRunState[]): StudyFigure | undefined {
  const known = [
    { convention: 'deployable', metric: 'hter' },
    { convention: 'literature', metric: 'hter' },
  ];
  const finished = runs.filter(({ state }) => state === 'finished');
  const found = known.find((figure) => finished.some((run) => measuredIn(run, figure) !== undefined));
  if (found) return found;
  for (const run of finished) {
    for (const convention of ['figures', 'deployable', 'literature']) {
      const metric = Object.entries(videoFigures(run, convention)).find(([, value]) => typeof value === 'number')?.[0];
      if (metric !== undefined) return { convention, metric };
    }
  }
  return undefined;
}

/** Whether less of a figure is better. */
export function lowerIsBetter({ metric }: StudyFigure): boolean {
  return !/^(auc|accuracy|tpr)/.test(metric);
}

/** Differences of every other method from the baseline, over runs of the same target and seed: by target, and over all of them. */
export function pairedDifferences(runs: readonly StudyRunState[], figure: StudyFigure, baseline: string): PairedDifference[] {
  const values = runs.flatMap((run) => {
    const value = measuredIn(run, figure);
    return value === undefined ? [] : [{ ...run, value }];
  });
  const pairs = values.flatMap(({ method, target, seed, value }) => {
    const base = values.find((other) => other.method === baseline && other.target === target && other.seed === seed);
    return method === baseline || !base ? [] : [{ method, target, difference: value - base.value }];
  });
  const methods = [...new Set(pairs.map(({ method }) => method))];
  const targets = [...new Set(pairs.map(({ target }) => target))];
  return methods.flatMap((method) =>
    [...targets, ...(targets.length > 1 ? [undefined] : [])].flatMap((target): PairedDifference[] => {
      const own = pairs.filter((pair) => pair.method === method && (target === undefined || pair.target === target)).map(({ difference }) => difference);
      if (own.length === 0) return [];
      const { mean, half95 } = interval(own);
      return [{ method, target: target ?? 'all', pairs: own.length, mean, ...(half95 === undefined ? {} : { half95 }) }];
    }),
  );
}

function measuredIn(run: StudyRunState, { convention, metric }: StudyFigure): number | undefined {
  const value = videoFigures(run, convention)[metric];
  return typeof value === 'number' ? value : undefined;
}

/** Figures of all targets together, of videos. */
function videoFigures({ subject }: StudyRunState, convention: string): Readonly<Record<string, unknown>> {
  return ['evaluation', convention, 'pooled', 'video', 'figures'].reduce<Readonly<Record<string, unknown>>>(
    (inner, key) => record(inner[key]),
    record(subject?.results),
  );
}
