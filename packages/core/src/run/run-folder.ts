import { existsSync, lstatSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describeWriteError, makeFolders } from '@gradalign/engine/files';
import { cannot } from '../contracts/errors.ts';
import { lockFolder } from '../files/folder-lock.ts';
import { sweepLeftovers } from '../files/sweep-leftovers.ts';

/**
 * The paths of what a run leaves behind:
 *
 *     experiment.yaml     resolved, with every default filled in and what was written in its place; itself an experiment
 *     environment.json    versions, git revision, engine, machine
 *     history.jsonl       the same of every part of a run that was resumed, with what was changed then
 *     data.json.gz        what the data were: a digest of every sample
 *     log.jsonl           one JSON object per line: steps, epochs, validation
 *     checkpoints/        epoch-0004, ...: safetensors and JSON
 *     scores/             one CSV per target and held-out.csv, in bob's columns; those of offered weights in a folder of their name
 *     weights/            swad, best, ...: weights that callbacks offer, besides the run's own
 *     results.json        the figures
 *     decisions.json      thresholds that were chosen for use, by name: gradalign calibrate
 *     train.log           what the run printed, where several ran at a time: gradalign compare --jobs
 */
export interface RunPaths {
  /** The run's folder. */
  readonly path: string;
  readonly experiment: string;
  readonly environment: string;
  readonly history: string;
  readonly data: string;
  readonly log: string;
  readonly checkpoints: string;
  readonly scores: string;
  readonly weights: string;
  readonly results: string;
  readonly decisions: string;
  readonly output: string;
}

/** The paths of a run that this process holds; disposing it releases the lock. */
export interface RunFolder extends RunPaths, Disposable {
  /** Throws a UserError if another process has taken the folder over, which it does when this one has shown no life for 2 minutes. */
  requireHeld(): void;
}

/** The paths within a run's folder; none of them needs to exist. */
export function runPaths(path: string): RunPaths {
  return {
    path,
    experiment: join(path, 'experiment.yaml'),
    environment: join(path, 'environment.json'),
    history: join(path, 'history.jsonl'),
    data: join(path, 'data.json.gz'),
    log: join(path, 'log.jsonl'),
    checkpoints: join(path, 'checkpoints'),
    scores: join(path, 'scores'),
    weights: join(path, 'weights'),
    results: join(path, 'results.json'),
    decisions: join(path, 'decisions.json'),
    output: join(path, 'train.log'),
  };
}

/**
 * Creates the folder, or opens the run in it, and locks other processes out until it is disposed.
 *
 * @throws UserError if it holds a run and `resume` is false, holds none and `resume` is true, cannot be created, or is in use by another process.
 */
export function openRunFolder(path: string, { resume }: { readonly resume: boolean }): RunFolder {
  const paths = runPaths(path);
  const there = existsSync(paths.experiment);
  if (there && !resume) {
    const state = existsSync(paths.results) ? 'a finished run' : 'an unfinished run';
    throw cannot(`start a run in ${path}`, `it holds ${state}`, 'a folder without one: continue it with --resume, or name another with --output', {
      exitCode: 2,
    });
  }
  if (existsSync(path) && statSync(path).isDirectory()) refuseStrangeEntries(paths);
  const strange = there
    ? undefined
    : [paths.results, paths.log, paths.checkpoints].find((one) => existsSync(one) && (one !== paths.checkpoints || !isEmpty(one)));
  if (strange !== undefined && !resume)
    throw cannot(`start a run in ${path}`, `it holds ${relative(path, strange)} of another run`, 'a folder without one: name another with --output', {
      exitCode: 2,
    });
  if (!there && resume) throw cannot(`resume the run in ${path}`, 'it holds no run', 'a folder that a run was started in', { exitCode: 2 });
  try {
    makeFolders(paths.checkpoints);
  } catch (cause) {
    const is = (cause as NodeJS.ErrnoException).code === 'EEXIST' ? 'there is a file in its place' : describeWriteError(cause);
    throw cannot(`create the run folder ${path}`, is, 'a writable location', { cause });
  }
  const lock = lockFolder(path, 'run');
  if (!there && existsSync(paths.experiment)) {
    lock[Symbol.dispose]();
    throw cannot(`start a run in ${path}`, 'another process has just started one there', 'a folder without one: continue it with --resume', { exitCode: 2 });
  }
  const offered = existsSync(paths.scores) ? readdirSync(paths.scores, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
  sweepLeftovers([path, paths.checkpoints, paths.weights, paths.scores, ...offered.map(({ name }) => join(paths.scores, name))]);
  return {
    ...paths,
    requireHeld() {
      const other = lock.takenBy();
      if (other === undefined) return;
      if (!existsSync(path)) throw cannot(`go on with the run in ${path}`, 'the folder was removed', 'the folder that the run began in');
      const by = other === 'nobody' ? 'its lock was removed' : `process ${other.pid} on ${other.host} has taken it over`;
      throw cannot(`go on with the run in ${path}`, by, 'a process that shows that it lives every 5 s');
    },
    [Symbol.dispose]: () => lock[Symbol.dispose](),
  };
}

/**
 * A link in the folder would lead what is written and removed elsewhere; the folder itself may be one. A file in the place of a folder, or the other way
 * round, would be found only when it is written.
 *
 * @throws UserError that names the entry.
 */
function refuseStrangeEntries({ path, checkpoints, scores, weights, ...files }: RunPaths): void {
  const refuse = (entry: string, is: string, expected: string) => {
    throw cannot(`write to the run folder ${path}`, `${relative(path, entry)} in it is ${is}`, `${expected}: remove it`, { exitCode: 2 });
  };
  const check = (entry: string): void => {
    const found = lstatSync(entry, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) refuse(entry, 'a symbolic link', 'files and folders of its own');
    if (found?.isDirectory()) for (const name of readdirSync(entry)) check(join(entry, name));
  };
  for (const folder of [checkpoints, scores, weights]) {
    check(folder);
    if (existsSync(folder) && !statSync(folder).isDirectory()) refuse(folder, 'not a folder', 'a folder');
  }
  for (const file of Object.values(files)) {
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) refuse(file, 'a symbolic link', 'files and folders of its own');
    if (found && !found.isFile()) refuse(file, found.isDirectory() ? 'a folder' : 'not a file', 'a file');
  }
}

function isEmpty(path: string): boolean {
  return !statSync(path).isDirectory() || readdirSync(path).length === 0;
}

/** Truncates the log to where a checkpoint was taken, so that repeated steps are logged once. */
export function cutLog(path: string, bytes: number): void {
  if (existsSync(path) && statSync(path).size > bytes) truncateSync(path, bytes);
}
