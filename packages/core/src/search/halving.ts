import type { TrialFigure } from './search-choice.ts';

/** What a trial is compared by at a rung: undefined where it diverged, or has no figure. */
export interface RungTrial {
  readonly trial: number;
  readonly figure: number | undefined;
}

/** The epochs after which trials are compared, in rising order; the last epoch is none of them. */
export function rungEpochs({ from, factor }: { readonly from: number; readonly factor: number }, epochs: number): number[] {
  const rungs: number[] = [];
  for (let epoch = from; epoch < epochs; epoch *= factor) rungs.push(epoch);
  return rungs;
}

/**
 * Successive halving (Jamieson and Talwalkar, AISTATS 2016; Li et al., Hyperband, JMLR 2018): of n trials the best n / factor, rounded up, go on; of
 * equal ones the first. Those without a figure never do.
 */
export function promoted(trials: readonly RungTrial[], factor: number, { better }: Pick<TrialFigure, 'better'>): number[] {
  const sign = better === 'higher' ? -1 : 1;
  const ranked = trials.flatMap(({ trial, figure }) => (figure === undefined || !Number.isFinite(figure) ? [] : [{ trial, figure }]));
  ranked.sort((a, b) => sign * (a.figure - b.figure) || a.trial - b.trial);
  return ranked
    .slice(0, Math.ceil(trials.length / factor))
    .map(({ trial }) => trial)
    .sort((a, b) => a - b);
}
