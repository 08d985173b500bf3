import type { Figure, Metric, Scored } from '../contracts/metric.ts';
import type { Unavailable } from '../contracts/unavailable.ts';
import { rankingScore, scaleOf } from './ranking-score.ts';
import type { ScoredSample } from './score-samples.ts';

/** A metric with the name it has in tables. */
export interface NamedMetric {
  /** `hter`, `tpr@fpr=1%`. */
  readonly name: string;
  /** What the metric declares: the number of classes that it suits, and whether it depends on the threshold. */
  readonly definition: { readonly classes: 'binary' | 'any'; readonly usesThreshold: boolean; readonly choosesThreshold?: boolean };
  /** Is reset before each use. */
  readonly metric: Metric;
}

/**
 * The figures of every metric that suits the number of classes, by name; or why there is none: the samples do not allow it, or it needs a threshold and
 * there is none.
 *
 * @param threshold Accepted as bona fide when score >= threshold; undefined: a probability of 0.5.
 */
export function computeFigures(
  scored: readonly ScoredSample[],
  metrics: readonly NamedMetric[],
  classes: number,
  threshold: number | Unavailable | undefined,
): Record<string, Figure | Unavailable> {
  const samples = asMetricsSee(scored);
  const even = scaleOf(scored) === 'logit' ? 0 : 0.5;
  const figures: Record<string, Figure | Unavailable> = {};
  for (const { name, definition, metric } of metrics) {
    if (definition.classes === 'binary' && classes !== 2) continue;
    figures[name] =
      definition.usesThreshold && typeof threshold === 'object'
        ? threshold
        : orUnavailable(() => {
            metric.reset();
            metric.update(samples);
            return metric.compute({ threshold: typeof threshold === 'number' ? threshold : even });
          });
  }
  return figures;
}

/** Turns a RangeError, which says what the samples do not allow, into a value; anything else is a bug and is rethrown. */
export function orUnavailable<T>(compute: () => T): T | Unavailable {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) return { error: error.message };
    throw error;
  }
}

function asMetricsSee(scored: readonly ScoredSample[]): Scored[] {
  return scored.map(({ sample: { label, species, subject }, domain, probabilities, logit }) => ({
    label,
    probabilities,
    domain,
    ...(probabilities.length === 2 ? { score: rankingScore({ probabilities, ...(logit ? { logit } : {}) }) } : {}),
    ...(species === undefined ? {} : { species }),
    ...(subject === undefined ? {} : { subject }),
  }));
}
