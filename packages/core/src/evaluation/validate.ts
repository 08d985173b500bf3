import { parts } from '../run/compose.ts';
import type { Container } from '../run/container.ts';
import { aggregateFrames } from './aggregate-frames.ts';
import type { Unavailable } from './evaluate-scores.ts';
import type { OperatingPoints } from './operating-point.ts';
import { operatingPoints } from './operating-point.ts';
import { scoreHeldOut } from './score-with-run.ts';

/** What the held-out share of the sources says. */
export interface RunValidation {
  /** Of videos (images where there are none), all source domains together, at their own equal error point. Metrics that give several numbers are left out. */
  readonly figures: Readonly<Record<string, number>>;
  readonly thresholds: OperatingPoints | Unavailable;
}

/** Scores the held-out share of the sources; undefined where nothing is held out. */
export async function validateRun(container: Container, signal?: AbortSignal): Promise<RunValidation | undefined> {
  const { classes } = await container.get(parts.domains);
  const heldOut = await scoreHeldOut(container, signal);
  if (heldOut.length === 0) return undefined;
  const { aggregate } = container.get(parts.experiment).evaluate;
  const thresholds =
    classes.length === 2 ? orUnavailable(() => operatingPoints(heldOut, aggregate)) : { error: `a threshold needs two classes, there are ${classes.length}` };
  const threshold = 'video' in thresholds ? thresholds.video.value : 0.5;
  const videos = aggregateFrames(heldOut, aggregate).map(({ sample: { label, species }, probabilities }) => ({
    label,
    probabilities,
    ...(species === undefined ? {} : { species }),
  }));
  const figures: Record<string, number> = {};
  for (const { name, definition, metric } of container.get(parts.metrics)) {
    if (definition.classes === 'binary' && classes.length !== 2) continue;
    const figure = orUnavailable(() => {
      metric.reset();
      metric.update(videos);
      return metric.compute({ threshold });
    });
    if (typeof figure === 'number') figures[name] = figure;
  }
  return { figures, thresholds };
}

function orUnavailable<T>(compute: () => T): T | Unavailable {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) return { error: error.message };
    throw error;
  }
}
