import type { Unavailable } from '../contracts/unavailable.ts';
import { aggregateFrames } from './aggregate-frames.ts';
import { computeFigures, orUnavailable } from './compute-figures.ts';
import type { Figuring } from './evaluate.ts';
import { type OperatingPoints, operatingPoints } from './operating-point.ts';
import { type DomainSamples, type ScoredSample, scoreDomains } from './score-samples.ts';
import type { Scoring } from './scoring.ts';

/** What the held-out source share says about a model. */
export interface Validation {
  /** By metric name, over videos (images where there are none), all source domains together, at their equal error point. Metrics that give several numbers are left out. */
  readonly figures: Readonly<Record<string, number>>;
  /** For deployment; or why there are none. */
  readonly thresholds: OperatingPoints | Unavailable;
  /** The frames that both come from, with their scores. */
  readonly scored: readonly ScoredSample[];
}

/** What `validate` takes. */
export interface ValidateOptions extends Scoring, Figuring {
  /** The held-out share of each source domain; some may be empty. */
  readonly heldOut: readonly DomainSamples[];
}

/**
 * Scores the held-out source share, fixes thresholds on it and computes figures at them; undefined if nothing is held out.
 *
 * @throws an AbortError if the signal aborts.
 */
export async function validate({ heldOut, classes, metrics, aggregate, ...scoring }: ValidateOptions): Promise<Validation | undefined> {
  const byDomain = await scoreDomains(
    scoring,
    heldOut.filter(({ samples }) => samples.length > 0),
  );
  const scored = Object.values(byDomain).flat();
  if (scored.length === 0) return undefined;
  const thresholds =
    classes.length === 2 ? orUnavailable(() => operatingPoints(scored, aggregate)) : { error: `a threshold needs two classes, there are ${classes.length}` };
  const threshold = 'video' in thresholds ? thresholds.video.value : undefined;
  const figures = computeFigures(aggregateFrames(scored, aggregate), metrics, classes.length, threshold);
  return {
    figures: Object.fromEntries(Object.entries(figures).filter((entry): entry is [string, number] => typeof entry[1] === 'number')),
    thresholds,
    scored,
  };
}
