import type { ImageSource, LeftOut, Sample } from '../contracts/dataset.ts';
import type { Reporter } from '../contracts/reporter.ts';
import { describeLeftOut } from '../data/left-out.ts';
import type { OperatingPoint } from '../evaluation/operating-point.ts';
import { scoreSamples } from '../evaluation/score-samples.ts';
import type { TrainedRun } from './trained-run.ts';

/** What a trained model says about one image. */
export interface Prediction {
  /** As it was passed in. */
  readonly path: string;
  /** Probability of each class by name, 0..1. Absent if the image could not be read. */
  readonly probabilities?: Readonly<Record<string, number>>;
  /** Probability of bona fide, 0..1; present for two classes. */
  readonly score?: number;
  /** Name of a class: for two classes the second (`live`) if score >= threshold, absent without a threshold; for more, the most probable one. */
  readonly decision?: string;
  /** Why there is no score. */
  readonly error?: string;
}

/** Predictions, and the threshold behind their decisions. Plain JSON. */
export interface Predictions {
  /** One per path, in the same order. */
  readonly predictions: readonly Prediction[];
  /** The run's threshold for single frames; absent if it fixed none. */
  readonly threshold?: OperatingPoint;
  /** Pictures and videos in the folders searched that are of kinds that are not read. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * Scores image files one by one (no videos, no aggregation), as `evaluate` scores frames. An image that cannot be read is not an error: its prediction
 * says why. `leftOut`, what was found and is not among the paths (see `findImages`), is told and returned.
 *
 * @throws an AbortError if the signal aborts.
 */
export async function predict(
  run: TrainedRun,
  paths: readonly string[],
  { reporter, signal, leftOut = [] }: { readonly reporter: Reporter; readonly signal?: AbortSignal; readonly leftOut?: readonly LeftOut[] },
): Promise<Predictions> {
  for (const line of describeLeftOut('the prediction', leftOut)) reporter.warn(line);
  const { model, risk, loader } = run;
  const threshold = 'frame' in run.thresholds ? run.thresholds.frame : undefined;
  const broken = new Map<string, string>();
  const scored = await scoreSamples({
    scoring: { model, risk, loader, batch: run.experiment.evaluate.batch, frames: 0, reporter, ...(signal ? { signal } : {}) },
    domain: 'images',
    samples: paths.map(asSample),
    onBroken: ({ id }, message) => broken.set(id, message),
  });
  const byPath = new Map(scored.map(({ sample, probabilities }) => [sample.id, probabilities]));
  const predictions = paths.map((path): Prediction => {
    const probabilities = byPath.get(path);
    if (!probabilities) return { path, error: broken.get(path) ?? 'it was not scored' };
    return {
      path,
      probabilities: Object.fromEntries(run.classes.map((name, i) => [name, probabilities[i] as number])),
      ...decide(run.classes, probabilities, threshold),
    };
  });
  return { predictions, leftOut, ...(threshold ? { threshold } : {}) };
}

function decide(classes: readonly string[], probabilities: readonly number[], threshold: OperatingPoint | undefined): { score?: number; decision?: string } {
  if (classes.length !== 2) return { decision: classes[probabilities.indexOf(Math.max(...probabilities))] as string };
  const score = probabilities[1] as number;
  return threshold ? { score, decision: classes[score >= threshold.value ? 1 : 0] as string } : { score };
}

function asSample(path: string): Sample {
  const image: ImageSource = { path };
  return { id: path, image, label: 0, split: 'test' };
}
