import type { Aggregate } from '@gradalign/metrics';
import type { Unavailable } from '../contracts/unavailable.ts';
import type { Unanswered } from '../data/unanswered.ts';
import type { NamedMetric } from './compute-figures.ts';
import { type EvaluationResult, evaluateScores } from './evaluate-scores.ts';
import type { OperatingPoints } from './operating-point.ts';
import { type DomainSamples, type ScoredSample, scoreDomains } from './score-samples.ts';
import type { Scoring } from './scoring.ts';

/** Which figures are computed from scores, and how. */
export interface Figuring {
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  /** Metrics that do not suit the number of classes are left out. */
  readonly metrics: readonly NamedMetric[];
  /** How the scores of a video's frames are combined. */
  readonly aggregate: Aggregate;
  /** Seed of the bootstrap behind the intervals of figures, that of the run; default: no intervals. */
  readonly seed?: number;
}

/** What `evaluate` takes. */
export interface EvaluateOptions extends Scoring, Figuring {
  /** What the model is tested on, by domain. */
  readonly samples: readonly DomainSamples[];
  /** Thresholds fixed on held-out source data (see `validate`), or why there are none. */
  readonly thresholds: OperatingPoints | Unavailable;
  /** Called with the scores of each domain before figures are computed: writes score files, say. */
  onScored?(domain: string, scored: readonly ScoredSample[]): void;
}

/**
 * From samples to figures under both conventions, with any model and without a run: one forward pass over the chosen frames of every domain. Images that
 * cannot be read are left out, with a warning.
 *
 * @throws UserError if the frames of a video have different labels; an AbortError if the signal aborts.
 */
export async function evaluate({ samples, thresholds, onScored, ...options }: EvaluateOptions): Promise<EvaluationResult> {
  const { classes, metrics, aggregate, seed } = options;
  const unscored: Record<string, Unanswered[]> = Object.fromEntries(samples.map(({ name, unanswered = [] }) => [name, [...unanswered]]));
  const scoring: Scoring = {
    ...options,
    onUnreadable(domain, sample, message) {
      unscored[domain]?.push(sample);
      options.onUnreadable?.(domain, sample, message);
    },
  };
  const targets = await scoreDomains(scoring, samples);
  for (const [name, scored] of Object.entries(targets)) onScored?.(name, scored);
  return evaluateScores({ classes, targets, unscored, metrics, aggregate, deployable: thresholds, ...(seed === undefined ? {} : { seed }) });
}
