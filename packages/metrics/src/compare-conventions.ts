import { aggregateFrames } from './aggregate-frames.ts';
import { type FiguresByLevel, type FiguresOptions, figures, fixThresholds, hasVideos } from './figures.ts';
import type { Scores } from './scores.ts';

/** Figures of the same test scores under different ways to choose the threshold, never mixed. */
export interface Conventions {
  /** The threshold is the equal error point of the test scores themselves, as published tables have it. */
  readonly literature: FiguresByLevel;
  /** All thresholds were fixed on the development scores, those of the operating points too: what a deployment would have. */
  readonly deployable?: FiguresByLevel;
  /** The threshold was given. */
  readonly fixed?: FiguresByLevel;
}

/** What is compared, and the options of `figures` for each block. */
export interface ConventionsOptions extends Omit<FiguresOptions, 'threshold' | 'videoThreshold'> {
  readonly test: Scores;
  /** Scores that are none of the test's: held out from what was trained on. */
  readonly dev?: Scores;
  /** Of a deployed system; for frames and videos alike. */
  readonly threshold?: number;
}

/**
 * All figures of `test`: under `literature`, with `dev` also under `deployable`, with `threshold` also under `fixed`. AUC, EER and D-EER need no
 * threshold and are the same in all blocks. In `deployable` the operating points take their thresholds from `dev` as well, at frame level from its
 * frames and at video level from its videos (from its frames where it names no videos). In `fixed` the operating points are those of `literature`.
 *
 * @throws NoSamplesError, OneClassError, ScoreError, LabelError, LengthError, EmptySpeciesError
 */
export function compareConventions({ test, dev, threshold, ...options }: ConventionsOptions): Conventions {
  return {
    literature: figures(test, options),
    ...(dev ? { deployable: figures(test, { ...options, ...devThresholds(dev, options) }) } : {}),
    ...(threshold === undefined ? {} : { fixed: figures(test, { ...options, threshold }) }),
  };
}

function devThresholds(dev: Scores, { limits, aggregate = 'mean' }: FiguresOptions): Pick<FiguresOptions, 'threshold' | 'videoThreshold'> {
  const threshold = fixThresholds(dev, limits);
  return { threshold, videoThreshold: hasVideos(dev) ? fixThresholds(aggregateFrames(dev, aggregate), limits) : threshold };
}
