import type { Metric } from '../contracts/metric.ts';

/** Probabilities [n][classes] and labels [n] of all samples. */
export type ClassFigure = (probabilities: readonly (readonly number[])[], labels: readonly number[]) => number;

/** A metric for any number of classes over a function of @gradalign/metrics, which sees all samples at once and throws the RangeError `Cannot compute <name>: ...`. */
export function classMetric(compute: ClassFigure): Metric {
  let probabilities: (readonly number[])[] = [];
  let labels: number[] = [];
  return {
    reset() {
      probabilities = [];
      labels = [];
    },
    update(scored) {
      for (const sample of scored) {
        probabilities.push(sample.probabilities);
        labels.push(sample.label);
      }
    },
    compute: () => compute(probabilities, labels),
  };
}
