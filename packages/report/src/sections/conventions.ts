import type { Figures } from '@gradalign/metrics';
import type { OperatingMark } from '../plots/roc-plot.ts';
import { type Reported, reported } from '../read/measure.ts';

/** A way to choose the threshold, with what came of it. */
export interface ConventionFigures {
  readonly name: 'decision' | 'deployable' | 'fixed' | 'literature';
  /** Where the threshold comes from. */
  readonly threshold: string;
  readonly figures: Figures;
}

const origins = {
  decision: 'threshold that was decided on (see Decisions)',
  deployable: 'threshold fixed on held-out source data before the test: what a deployment would see',
  fixed: 'threshold given on the command line',
  literature: "threshold at the test data's own equal error rate, as published tables have it; no deployment can do that",
};

/** The conventions that there are, the one to act on first. */
export function conventionsOf(conventions: Reported): ConventionFigures[] {
  return (['decision', 'deployable', 'fixed', 'literature'] as const).flatMap((name) => {
    const found = conventions[name];
    return found ? [{ name, threshold: origins[name], figures: reported(found) }] : [];
  });
}

/** Where the thresholds stand, for plots. */
export function operatingMarks(conventions: Reported): OperatingMark[] {
  return conventionsOf(conventions).map(({ name, figures: { threshold, far, frr } }) => ({ name, threshold, far, frr, color: `var(--${name})` }));
}
