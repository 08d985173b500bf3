import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { heldOutName, rawWeights, readScores, type TrainedRun } from '@gradalign/core';
import { type Aggregate, aggregateFrames, type Scores } from '@gradalign/metrics';
import type { CurvePoint, ModelCurve } from '@gradalign/model-format';

/** Points of a curve: enough to draw it, few enough to travel in metadata. */
const mostPoints = 101;

/** Of single pictures, and of videos: null where there are no scores, no videos among them, or more than two classes. */
export interface ModelCurves {
  readonly curve: ModelCurve | null;
  readonly videoCurve: ModelCurve | null;
}

export interface CurveScale {
  /** How frames become the score of a video. */
  readonly aggregate: Aggregate;
  /** From the scale of the run's thresholds to that of the exported logit. */
  readonly onLogits: (value: number) => number;
}

/** Shares of attacks and bona fide samples on either side of thresholds, on the held-out source scores that the run wrote. */
export async function modelCurves(run: TrainedRun, { aggregate, onLogits }: CurveScale): Promise<ModelCurves> {
  const none = { curve: null, videoCurve: null };
  const file = join(run.paths.scores, run.weights === rawWeights ? '' : run.weights, `${heldOutName}.csv`);
  if (run.classes.length !== 2 || !run.scale || run.results?.checkpoint !== run.checkpoint || !existsSync(file)) return none;
  const parsed = await readScores(file, { duplicates: 'keep', nonResponse: 'count' });
  const values = run.scale === 'logit' ? parsed.logits : parsed.scores;
  if (!values?.every(Number.isFinite)) return none;
  const frames: Scores = { ...parsed, scores: values };
  const hasVideos = Array.from(parsed.videos ?? []).some(Boolean);
  return { curve: curveOf(frames, onLogits), videoCurve: hasVideos ? curveOf(aggregateFrames(frames, aggregate), onLogits) : null };
}

function curveOf({ scores, labels }: Scores, onLogits: CurveScale['onLogits']): ModelCurve | null {
  const values = Float64Array.from(scores);
  const of = (label: number) => values.filter((_, i) => labels[i] === label).sort();
  const [attacks, live] = [of(0), of(1)];
  if (attacks.length === 0 || live.length === 0) return null;
  const all = Array.from(new Set(values)).sort((a, b) => a - b);
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
