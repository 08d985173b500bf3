import type { Metric, Scored } from '../contracts/metric.ts';

/**
 * A metric for any number of classes that is a function of all samples at once. It refuses to compute over none, and samples whose
 * probabilities are not numbers or whose label has none: RangeError `Cannot compute <name>: ...`.
 */
export function classMetric(name: string, compute: (samples: readonly Scored[]) => number): Metric {
  let samples: Scored[] = [];
  return {
    reset() {
      samples = [];
    },
    update(scored) {
      for (const sample of scored) {
        refuseUnusable(name, sample, samples.length);
        samples.push(sample);
      }
    },
    compute() {
      if (samples.length === 0) throw new RangeError(`Cannot compute ${name}: there are no samples, expected at least one`);
      return compute(samples);
    },
  };
}

/** The class with the largest probability, the first of equals. */
export function predictedClass({ probabilities }: Scored): number {
  return probabilities.reduce((best, probability, label) => (probability > (probabilities[best] as number) ? label : best), 0);
}

/** Refuses what is no probability: calibration figures mean nothing on raw scores. */
export function refuseNonProbabilities(name: string, samples: readonly Scored[]): void {
  const bad = samples.findIndex(({ probabilities }) => probabilities.some((probability) => probability < 0 || probability > 1));
  if (bad >= 0)
    throw new RangeError(`Cannot compute ${name}: sample ${bad} has the probabilities ${samples[bad]?.probabilities.join(', ')}, expected values in 0..1`);
}

function refuseUnusable(name: string, { probabilities, label }: Scored, index: number): void {
  const bad = probabilities.find((probability) => !Number.isFinite(probability));
  if (bad !== undefined) throw new RangeError(`Cannot compute ${name}: sample ${index} has a class probability of ${bad}, expected finite numbers`);
  if (probabilities[label] === undefined) {
    throw new RangeError(
      `Cannot compute ${name}: sample ${index} has the label ${label} and ${probabilities.length} class probabilities, expected one for its label`,
    );
  }
}
