import { existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { suggestion } from '../configuration/nearest-name.ts';
import { cannot } from '../contracts/errors.ts';
import { createDataset } from '../data/domains.ts';
import { type EvaluationResult, evaluateScores } from '../evaluation/evaluate-scores.ts';
import { writeScoreFile } from '../evaluation/score-file.ts';
import type { ScoredSample } from '../evaluation/score-samples.ts';
import { scoreTargets, scoreWithRun } from '../evaluation/score-with-run.ts';
import { parts } from './compose.ts';
import type { TrainedRun } from './trained-run.ts';

export interface EvaluateTrainedRunOptions {
  /** Targets of the experiment by name, or folders in the plain layout; empty: every target of the experiment. */
  readonly on?: readonly string[];
  /** Folder for one score file a target. */
  readonly scores?: string;
  readonly signal?: AbortSignal;
}

/** Scores targets with a trained model; the deployable threshold is the one that the run fixed on its held-out source share. */
export async function evaluateTrainedRun(run: TrainedRun, { on = [], scores, signal }: EvaluateTrainedRunOptions = {}): Promise<EvaluationResult> {
  const { container, classes, experiment } = run;
  const targets = on.length === 0 ? await scoreTargets(container, signal) : await scoreNamed(run, on, signal);
  if (Object.keys(targets).length === 0)
    throw cannot('evaluate the run', 'its experiment names no target', 'data.target, or --on <folder of images>', { exitCode: 2 });
  if (scores !== undefined) {
    mkdirSync(scores, { recursive: true });
    for (const [name, scored] of Object.entries(targets)) writeScoreFile(join(scores, `${name}.csv`), scored);
  }
  return evaluateScores({
    classes,
    targets,
    metrics: container.get(parts.metrics),
    aggregate: experiment.evaluate.aggregate,
    deployable: run.thresholds,
  });
}

async function scoreNamed(
  { container, experiment, classes }: TrainedRun,
  on: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Record<string, ScoredSample[]>> {
  const scored: Record<string, ScoredSample[]> = {};
  for (const what of on) {
    const named = experiment.data.target[what] ?? experiment.data.source[what];
    const isFolder = named === undefined && existsSync(what) && statSync(what).isDirectory();
    if (!named && !isFolder) {
      const known = [...Object.keys(experiment.data.target), ...Object.keys(experiment.data.source)];
      throw cannot(
        `evaluate on '${what}'`,
        'it is neither a domain of the experiment nor a folder',
        `one of ${known.join(', ')}, or a folder in the plain layout${suggestion(what, known)}`,
        { exitCode: 2 },
      );
    }
    const name = named ? what : basename(resolve(what));
    const dataset = await createDataset(name, named ?? { use: 'image-folder', root: resolve(what) }, container.get(parts.catalogue), container.get(parts.seed));
    if (dataset.classes.join() !== classes.join())
      throw cannot(`evaluate on '${what}'`, `its classes are ${dataset.classes.join(', ')}`, `those of the run: ${classes.join(', ')}`);
    const samples = named ? dataset.samples.filter(({ split }) => experiment.data.splits.target.includes(split)) : dataset.samples;
    if (samples.length === 0) throw cannot(`evaluate on '${what}'`, `it has no samples in ${experiment.data.splits.target.join(', ')}`, 'at least one');
    scored[name] = await scoreWithRun(container, name, samples, signal);
  }
  return scored;
}
