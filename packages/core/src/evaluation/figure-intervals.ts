import { bootstrapIntervals, MetricError, type Operating, type RankedScores, rankScores, type Unit } from '@gradalign/metrics';
import type { NamedMetric } from './compute-figures.ts';
import { rankingScore } from './ranking-score.ts';
import type { ScoredSample } from './score-samples.ts';

/** [low, high], or one of each by the part of a figure (APCER by species). */
export type FigureInterval = readonly [number, number] | Readonly<Record<string, readonly [number, number]>>;

/** Where figures are taken: at a threshold fixed beforehand, or at the samples' own equal error point, which each round of the bootstrap finds anew. */
export type IntervalThreshold = number | 'own';

/** 95 % intervals of the figures of the same names, and what was resampled. */
export interface FigureIntervals {
  readonly intervals: Readonly<Record<string, FigureInterval>>;
  readonly resampled: Unit;
}

/**
 * Makes intervals by a bootstrap over subjects where all samples name one, else videos, else samples; bona fide and attacks apart, 1,000 rounds, BCa.
 * The same seed gives the same intervals. The same samples at the same threshold are resampled once. Undefined where no metric is a figure of
 * @gradalign/metrics, or the samples are too few.
 *
 * @param seed of the run
 */
export function createIntervals(metrics: readonly NamedMetric[], seed: number) {
  const known = new Map<readonly ScoredSample[], Map<IntervalThreshold | undefined, FigureIntervals | undefined>>();
  return (scored: readonly ScoredSample[], threshold: IntervalThreshold | undefined): FigureIntervals | undefined => {
    const ofSamples = known.get(scored) ?? new Map<IntervalThreshold | undefined, FigureIntervals | undefined>();
    known.set(scored, ofSamples);
    if (!ofSamples.has(threshold)) ofSamples.set(threshold, intervalsOf(scored, threshold, metrics, seed));
    return ofSamples.get(threshold);
  };
}

function intervalsOf(
  scored: readonly ScoredSample[],
  threshold: IntervalThreshold | undefined,
  all: readonly NamedMetric[],
  seed: number,
): FigureIntervals | undefined {
  const metrics = all.filter(({ definition, metric }) => metric.figure && !(definition.usesThreshold && threshold === undefined));
  if (metrics.length === 0) return undefined;
  try {
    const ranked = rank(scored);
    const limits = new Set(metrics.flatMap(({ metric }) => (metric.figure?.[0] === 'tprAtFpr' ? [Number(metric.figure[1])] : [])));
    const operating: Operating = {
      ...(typeof threshold === 'number' ? { threshold } : {}),
      tprAtFpr: [...limits].map((limit) => ({ limit })),
      bpcerAtApcer: [],
      apcerAtBpcer: [],
    };
    const found = bootstrapIntervals(ranked, operating, { seed });
    const intervals = metrics.flatMap(({ name, metric }): (readonly [string, FigureInterval])[] => {
      const [figure, part] = metric.figure ?? [];
      const parts = found.filter(({ path }) => path[0] === figure && (part === undefined || path[1] === part));
      const [first] = parts;
      if (!first) return [];
      if (parts.length === 1 && (first.path.length === 1 || part !== undefined)) return [[name, first.interval]];
      return [[name, Object.fromEntries(parts.map(({ path, interval }) => [path[1] as string, interval]))]];
    });
    return { intervals: Object.fromEntries(intervals), resampled: ranked.over };
  } catch (error) {
    // The figures say themselves what the samples do not allow.
    if (error instanceof MetricError) return undefined;
    throw error;
  }
}

function rank(scored: readonly ScoredSample[]): RankedScores {
  return rankScores({
    scores: Float64Array.from(scored, rankingScore),
    labels: Uint8Array.from(scored, ({ sample }) => sample.label),
    species: scored.map(({ sample }) => sample.species),
    subjects: scored.map(({ sample }) => sample.subject),
    videos: scored.map(({ sample }) => sample.video),
    domains: scored.map(({ domain }) => domain),
  });
}
