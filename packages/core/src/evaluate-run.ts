import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parts } from './compose.ts';
import type { Container } from './container.ts';
import { evaluateScores } from './evaluation.ts';
import type { RunResults } from './run-results.ts';
import { writeScoreFile } from './score-file.ts';
import { scoreTargets } from './score-with-run.ts';
import { validateRun } from './validate-run.ts';

export interface EvaluateRunOptions extends Pick<RunResults, 'checkpoint' | 'method' | 'classes' | 'epochs' | 'steps' | 'protocol'> {
  readonly trainingSeconds: number;
  /** Folder for one score file a target. */
  readonly scores: string;
  readonly signal?: AbortSignal;
}

/** Thresholds from the held-out share, then the targets under both conventions, and their scores as files. */
export async function evaluateRun(container: Container, { trainingSeconds, scores, signal, ...run }: EvaluateRunOptions): Promise<RunResults> {
  const started = performance.now();
  const validation = await validateRun(container, signal);
  const thresholds = validation?.thresholds ?? { error: 'no share of the sources was held out (data.holdOut is 0)' };
  const targets = await scoreTargets(container, signal);
  mkdirSync(scores, { recursive: true });
  if (run.classes.length === 2) for (const [name, scored] of Object.entries(targets)) writeScoreFile(join(scores, `${name}.csv`), scored);
  const evaluation = evaluateScores({
    classes: run.classes,
    targets,
    metrics: container.get(parts.metrics),
    aggregate: container.get(parts.experiment).evaluate.aggregate,
    deployable: thresholds,
  });
  return {
    ...run,
    thresholds,
    ...(validation ? { validation: validation.figures } : {}),
    ...(Object.keys(targets).length > 0 ? { evaluation } : {}),
    seconds: { training: trainingSeconds, evaluation: (performance.now() - started) / 1000 },
  };
}
