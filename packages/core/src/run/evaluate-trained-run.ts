import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describeWriteError, makeFolders } from '@gradalign/engine/files';
import { createDataset, createFolderDataset } from '../configuration/create-item.ts';
import { suggestion } from '../configuration/nearest-name.ts';
import { cannot, UserError } from '../contracts/errors.ts';
import { frameChoice } from '../data/choose-frames.ts';
import { describeDataChange, fingerprintSamples } from '../data/fingerprint-samples.ts';
import { type LeftOutByDomain, LeftOutLedger, lossBeyond } from '../data/left-out.ts';
import { tellLeftOut } from '../data/read-domains.ts';
import { leftOutIn, unansweredClips } from '../data/unanswered.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import type { EvaluationResult } from '../evaluation/evaluate-scores.ts';
import { writeScoreFile } from '../evaluation/score-file.ts';
import type { DomainSamples } from '../evaluation/score-samples.ts';
import { fileNameKey, safeNameExpected, unsafeName } from '../files/unsafe-name.ts';
import { refuseMissingData } from './load-domains.ts';
import { asIdentity, readDataRecord } from './recorded-run.ts';
import { warnOfTrainedOn } from './seen-in-training.ts';
import type { TrainedRun } from './trained-run.ts';

/** An evaluation, and what its data sets left out. Plain JSON. */
export interface TrainedRunEvaluation extends EvaluationResult {
  readonly leftOut: LeftOutByDomain;
}

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
export async function evaluateTrainedRun(run: TrainedRun, { on = [], scores, signal }: EvaluateTrainedRunOptions = {}): Promise<TrainedRunEvaluation> {
  const { batch, frames, aggregate } = run.experiment.evaluate;
  const { samples, leftOut } = await readNamed(run, on.length === 0 ? Object.keys(run.experiment.data.target) : on);
  if (samples.length === 0) throw cannot('evaluate the run', 'its experiment names no target', 'data.target, or --on <folder of images>', { exitCode: 2 });
  for (const { name } of scores === undefined ? [] : samples) {
    const unsafe = unsafeName(name);
    if (unsafe !== undefined) throw cannot(`write scores of ${JSON.stringify(name)}`, unsafe, safeNameExpected, { exitCode: 2 });
  }
  if (scores !== undefined) {
    try {
      makeFolders(scores);
    } catch (cause) {
      throw cannot(`create the folder ${scores}`, describeWriteError(cause), 'a place that can be written to', { cause });
    }
  }
  const result = await evaluate({
    model: run.model,
    risk: run.risk,
    loader: run.loader,
    batch,
    frames: frameChoice(frames, run.seed),
    reporter: run.reporter,
    classes: run.classes,
    metrics: run.metrics,
    aggregate,
    seed: run.seed.value,
    ...(run.scale ? { scale: run.scale } : {}),
    samples,
    thresholds: run.thresholds,
    onUnreadable: (domain, { id, label }, message) => leftOut.add(domain, [{ kind: 'unreadable', what: id, why: message, label }]),
    onScored(name, scored) {
      if (scores !== undefined) writeScoreFile(join(scores, `${name}.csv`), scored);
    },
    ...(signal ? { signal } : {}),
  });
  return { ...result, leftOut: leftOut.record() };
}

interface Chosen {
  readonly samples: readonly DomainSamples[];
  readonly leftOut: LeftOutLedger;
}

/** @throws UserError, exit code 2, where they leave out more than `data.tolerate` */
async function readNamed(run: TrainedRun, on: readonly string[]): Promise<Chosen> {
  const { paths, experiment, classes, catalogue, seed, results, reporter } = run;
  const { source, target, splits, tolerate } = experiment.data;
  const leftOut = new LeftOutLedger();
  const beyond: string[] = [];
  const read: DomainSamples[] = [];
  const names = new Map<string, string>();
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
    const other = names.get(fileNameKey(name));
    if (other === what) continue;
    if (other !== undefined)
      throw cannot(`evaluate on '${what}'`, `'${other}' has the same name, '${name}', and one would replace the other`, 'targets with different names', {
        exitCode: 2,
      });
    names.set(fileNameKey(name), what);
    if (named) refuseMissingData({ [name]: named }, catalogue);
    const dataset = named ? await createDataset(name, named, catalogue, seed) : await createFolderDataset(name, resolve(what), catalogue, seed);
    if (dataset.classes.join() !== classes.join())
      throw cannot(`evaluate on '${what}'`, `its classes are ${dataset.classes.join(', ')}`, `those of the run: ${classes.join(', ')}`);
    const samples = named ? dataset.samples.filter(({ split }) => splits.target.includes(split)) : dataset.samples;
    if (samples.length === 0) throw cannot(`evaluate on '${what}'`, `it has no samples in ${splits.target.join(', ')}`, 'at least one');
    const lost = await tellLeftOut(name, dataset, samples, { reporter, checked: true });
    const concerned = named ? leftOutIn(lost, splits.target) : lost;
    leftOut.add(name, concerned);
    const loss = lossBeyond(name, dataset, lost, tolerate);
    if (loss !== undefined) beyond.push(loss);
    const clip = samples.find(({ image }) => 'clip' in image);
    if (clip)
      throw cannot(`evaluate on '${what}'`, `it holds whole videos (${clip.id} for one)`, 'frames: make them with gradalign data prepare', { exitCode: 2 });
    const was = name in target ? asIdentity(results?.identity)?.data[name] : undefined;
    const is = was && fingerprintSamples(samples, classes);
    const listed = was && readDataRecord(paths.data)?.[name];
    if (was && is && was.fingerprint !== is.fingerprint)
      reporter.warn(
        `domain '${name}' is not what the run was tested on: it has ${describeDataChange(listed?.fingerprint === was.fingerprint ? listed : was, is)}; its figures are of other data than those in results.json`,
      );
    read.push({ name, samples, unanswered: unansweredClips(concerned) });
  }
  if (beyond.length > 0) throw new UserError(beyond.join('\n'), { exitCode: 2 });
  await warnOfTrainedOn(run, read);
  return { samples: read, leftOut };
}
