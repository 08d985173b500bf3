import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parts } from '../run/compose.ts';
import type { Container } from '../run/container.ts';
import type { WeightsFigures } from '../run/run-results.ts';
import { evaluateScores } from './evaluate-scores.ts';
import { writeScoreFile } from './score-file.ts';
import { scoreTargets } from './score-with-run.ts';
import { type RunValidation, validateRun } from './validate.ts';

export interface EvaluateWeightsOptions {
  /** Folder for one score file a target. */
  readonly scores: string;
  /** What the held-out share says of these weights, where that is known already. */
  readonly validation?: RunValidation | undefined;
  readonly signal?: AbortSignal;
}

/** With the weights that the model holds: thresholds from the held-out share, then the targets under both conventions, and their scores as files. */
export async function evaluateWeights(container: Container, { scores, validation, signal }: EvaluateWeightsOptions): Promise<WeightsFigures> {
  const { classes } = await container.get(parts.domains);
  const held = validation ?? (await validateRun(container, signal));
  const thresholds = held?.thresholds ?? { error: 'no share of the sources was held out (data.holdOut is 0)' };
  const targets = await scoreTargets(container, signal);
  mkdirSync(scores, { recursive: true });
  if (classes.length === 2) for (const [name, scored] of Object.entries(targets)) writeScoreFile(join(scores, `${name}.csv`), scored);
  const evaluation = evaluateScores({
    classes,
    targets,
    metrics: container.get(parts.metrics),
    aggregate: container.get(parts.experiment).evaluate.aggregate,
    deployable: thresholds,
  });
  return { thresholds, ...(held ? { validation: held.figures } : {}), ...(Object.keys(targets).length > 0 ? { evaluation } : {}) };
}
