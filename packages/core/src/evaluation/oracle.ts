import type { Unavailable } from '../contracts/unavailable.ts';

/** Figures of all targets together during training, over videos, by metric name; each at the equal error point of these very scores. */
export interface TargetEvaluation {
  /** Epoch after which it was taken; the first is 0, as in `log.jsonl`. */
  readonly epoch: number;
  readonly figures: Readonly<Record<string, number>>;
}

/**
 * What papers report that choose the epoch on the test data: figures nobody could have, because they take the target's labels. Beside them stand the
 * figures of the run, whose epoch is the last. Nothing in gradalign is chosen by this block.
 */
export interface Oracle {
  /** Evaluations that it is taken from, in order. */
  readonly evaluations: readonly TargetEvaluation[];
  /** The evaluation of the largest AUC - HTER; the last of equals, as the released code of GAC-FAS keeps it. */
  readonly best: TargetEvaluation;
  /** Mean and standard deviation (n in the denominator) of the last ten evaluations, or of all if there are fewer. */
  readonly lastTen: {
    /** Number of evaluations. */
    readonly n: number;
    /** Epoch of the first of them. */
    readonly from: number;
    readonly mean: Readonly<Record<string, number>>;
    readonly deviation: Readonly<Record<string, number>>;
  };
}

/** The published way of reporting, from evaluations of the target during training; or why it cannot be given. */
export function oracleOf(evaluations: readonly TargetEvaluation[]): Oracle | Unavailable {
  const [first] = evaluations;
  if (!first) return { error: 'the target was never evaluated during training' };
  const margin = ({ figures: { auc = Number.NaN, hter = Number.NaN } }: TargetEvaluation) => auc - hter;
  if (evaluations.some((evaluation) => Number.isNaN(margin(evaluation))))
    return { error: 'AUC and HTER of the target cannot be computed: it needs bona fide samples and attacks' };
  const best = evaluations.reduce((chosen, evaluation) => (margin(evaluation) >= margin(chosen) ? evaluation : chosen), first);
  const last = evaluations.slice(-10);
  const names = Object.keys(first.figures).filter((name) => last.every(({ figures }) => figures[name] !== undefined));
  const moments = names.map((name) => {
    const values = last.map(({ figures }) => figures[name] as number);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { name, mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
  });
  return {
    evaluations,
    best,
    lastTen: {
      n: last.length,
      from: (last[0] as TargetEvaluation).epoch,
      mean: Object.fromEntries(moments.map(({ name, mean }) => [name, mean])),
      deviation: Object.fromEntries(moments.map(({ name, deviation }) => [name, deviation])),
    },
  };
}
