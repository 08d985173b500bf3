import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { createDataset } from '../configuration/create-item.ts';
import { suggestion } from '../configuration/nearest-name.ts';
import { cannot } from '../contracts/errors.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import type { EvaluationResult } from '../evaluation/evaluate-scores.ts';
import { writeScoreFile } from '../evaluation/score-file.ts';
import type { DomainSamples } from '../evaluation/score-samples.ts';
import { describeWriteError } from '../files/describe-write-error.ts';
import { makeFolders } from '../files/sync-folder.ts';
import type { TrainedRun } from './trained-run.ts';

/** Options of `evaluateTrainedRun`. */
export interface EvaluateTrainedRunOptions {
  /** Domains of the experiment by name, or folders in the plain layout; default: every target of the experiment. */
  readonly on?: readonly string[];
  /** Folder for one score file per target; default: none is written. */
  readonly scores?: string;
  /** Aborting ends the evaluation between two batches with an AbortError. */
  readonly signal?: AbortSignal;
}

/**
 * Scores targets with a trained model; the deployable threshold is the one that the run fixed on its held-out source share.
 *
 * @throws UserError if there is no target, a name is neither a domain nor a folder, its classes are not those of the run, or it has no samples.
 */
export async function evaluateTrainedRun(run: TrainedRun, { on = [], scores, signal }: EvaluateTrainedRunOptions = {}): Promise<EvaluationResult> {
  const { batch, frames, aggregate } = run.experiment.evaluate;
  const samples = on.length === 0 ? (await run.domains()).targets : await readNamed(run, on);
  if (samples.length === 0) throw cannot('evaluate the run', 'its experiment names no target', 'data.target, or --on <folder of images>', { exitCode: 2 });
  if (scores !== undefined) {
    try {
      makeFolders(scores);
    } catch (cause) {
      throw cannot(`create the folder ${scores}`, describeWriteError(cause), 'a place that can be written to', { cause });
    }
  }
  return evaluate({
    model: run.model,
    risk: run.risk,
    loader: run.loader,
    batch,
    frames,
    reporter: run.reporter,
    classes: run.classes,
    metrics: run.metrics,
    aggregate,
    samples,
    thresholds: run.thresholds,
    onScored(name, scored) {
      if (scores !== undefined) writeScoreFile(join(scores, `${name}.csv`), scored);
    },
    ...(signal ? { signal } : {}),
  });
}

async function readNamed({ experiment, classes, catalogue, seed }: TrainedRun, on: readonly string[]): Promise<DomainSamples[]> {
  const { source, target, splits } = experiment.data;
  const read: DomainSamples[] = [];
  for (const what of on) {
    const named = target[what] ?? source[what];
    const isFolder = named === undefined && existsSync(what) && statSync(what).isDirectory();
    if (!named && !isFolder) {
      const known = [...Object.keys(target), ...Object.keys(source)];
      throw cannot(
        `evaluate on '${what}'`,
        'it is neither a domain of the experiment nor a folder',
        `one of ${known.join(', ')}, or a folder in the plain layout${suggestion(what, known)}`,
        { exitCode: 2 },
      );
    }
    const name = named ? what : basename(resolve(what));
    const dataset = await createDataset(name, named ?? { use: 'image-folder', root: resolve(what) }, catalogue, seed);
    if (dataset.classes.join() !== classes.join())
      throw cannot(`evaluate on '${what}'`, `its classes are ${dataset.classes.join(', ')}`, `those of the run: ${classes.join(', ')}`);
    const samples = named ? dataset.samples.filter(({ split }) => splits.target.includes(split)) : dataset.samples;
    if (samples.length === 0) throw cannot(`evaluate on '${what}'`, `it has no samples in ${splits.target.join(', ')}`, 'at least one');
    read.push({ name, samples });
  }
  return read;
}
