import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { rawWeights, readScores, type TrainedRun } from '@gradalign/core';
import type { CurvePoint, ModelMetadata } from '@gradalign/model-format';

/** Points of a curve: enough to draw it, few enough to travel in metadata. */
const mostPoints = 101;

/**
 * Shares of attacks and bona fide samples on either side of thresholds, on the held-out source scores that the run wrote; null where it wrote none, or
 * has more than two classes.
 *
 * @param onLogits from the scale of the run's thresholds to that of the exported logit
 */
export async function modelCurve(run: TrainedRun, onLogits: (value: number) => number): Promise<ModelMetadata['curve']> {
  const file = run.weights === rawWeights ? join(run.paths.scores, 'held-out.csv') : join(run.paths.scores, run.weights, 'held-out.csv');
  if (run.classes.length !== 2 || !run.scale || run.results?.checkpoint !== run.checkpoint || !existsSync(file)) return null;
  const { scores, logits, labels } = await readScores(file, { duplicates: 'keep', nonResponse: 'count' });
  const values = run.scale === 'logit' ? logits : scores;
  if (!values?.every(Number.isFinite)) return null;
  const of = (label: number) => values.filter((_, i) => labels[i] === label).sort();
  const [attacks, live] = [of(0), of(1)];
  if (attacks.length === 0 || live.length === 0) return null;
  const all = [...new Set(values)].sort((a, b) => a - b);
  const step = Math.max(1, (all.length - 1) / (mostPoints - 1));
  const thresholds = Array.from({ length: Math.min(all.length, mostPoints) }, (_, i) => all[Math.round(i * step)] as number);
  const points = thresholds.map(
    (threshold): CurvePoint => ({ threshold: onLogits(threshold), attacksAccepted: 1 - below(attacks, threshold), bonaFideRefused: below(live, threshold) }),
  );
  return { measuredOn: 'the held-out source share', points };
}

/** Share of sorted values below a threshold. */
function below(sorted: Float64Array, threshold: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] as number) < threshold) from = middle + 1;
    else to = middle;
  }
  return from / sorted.length;
}
