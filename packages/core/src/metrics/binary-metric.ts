import { type BinaryScores, bonaFideLabel, type Kinds, requireFinite, requireKinds, requireLabel, splitScores } from '@gradalign/metrics';
import { Type } from '@sinclair/typebox';
import type { Figure, Metric, Scored } from '../contracts/metric.ts';

export const noOptions = Type.Object({}, { additionalProperties: false });

/**
 * A two-class metric over a function of @gradalign/metrics. It throws a RangeError `Cannot compute <name>: ...` on scores that are not finite, on any
 * other number of classes, and if `needs` is not met.
 */
export function binaryMetric(
  name: string,
  needs: Kinds,
  compute: (scores: BinaryScores, operating: { readonly threshold: number }) => Figure,
  figure?: Metric['figure'],
): Metric {
  let rows = empty();
  return {
    ...(figure ? { figure } : {}),
    reset() {
      rows = empty();
    },
    update(scored) {
      for (const sample of scored) add(rows, sample, name);
    },
    compute(operating) {
      const scores = splitScores(rows, name);
      requireKinds(name, needs, { bonaFide: scores.bonaFide.length, attacks: scores.attacks.length });
      return compute(scores, operating);
    },
  };
}

interface Rows {
  readonly scores: number[];
  readonly labels: number[];
  readonly species: (string | undefined)[];
}

function empty(): Rows {
  return { scores: [], labels: [], species: [] };
}

function add(rows: Rows, { probabilities, label, species, score = probabilities[bonaFideLabel] }: Scored, metric: string): void {
  if (probabilities.length !== 2 || score === undefined) {
    throw new RangeError(`Cannot compute ${metric}: a sample has ${probabilities.length} class probabilities, expected two (attack, bona fide)`);
  }
  requireFinite(score, rows.scores.length, metric);
  requireLabel(label, rows.scores.length, metric);
  rows.scores.push(score);
  rows.labels.push(label);
  rows.species.push(species);
}
