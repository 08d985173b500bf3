import { existsSync, lstatSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import { describeWriteError, makeFolders, readHolder } from '@gradalign/engine/files';
import { cannot, UserError } from '../contracts/errors.ts';
import { type Reporter, silentReporter } from '../contracts/reporter.ts';
import { type LockHolder, lockFolder, lockHolder } from '../files/folder-lock.ts';
import { sweepLeftovers } from '../files/sweep-leftovers.ts';
import { isLeftBehind } from '../files/temporary-name.ts';

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
  /** Throws a FolderLostError if another process has taken the folder over, which it does when this one has shown no life for 2 minutes. */
  requireHeld(): void;
}

/** Another process has taken a run's folder over, or had it since: this one writes nothing more into it. */
export class FolderLostError extends UserError {
  /** Undefined where it has given the folder back already. */
  readonly holder: LockHolder | undefined;
  constructor(message: string, holder: LockHolder | undefined) {
    super(message);
    this.holder = holder;
  }
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
export function openRunFolder(path: string, { resume, reporter = silentReporter }: { readonly resume: boolean; readonly reporter?: Reporter }): RunFolder {
  const paths = runPaths(path);
  const there = existsSync(paths.experiment);
  const occupied = resume ? undefined : occupiedBy(path);
  const refuseOccupied = (is: string, remedy: string) => {
    throw cannot(`start a run in ${path}`, is, `a folder without one: ${remedy}`, { exitCode: 2 });
  };
  if (occupied?.kind === 'run') refuseOccupied(occupied.is, 'continue it with --resume, or name another with --output');
  if (isFolder(path)) refuseStrangeEntries(paths);
  if (occupied?.kind === 'part') refuseOccupied(occupied.is, 'name another with --output');
  if (!there && resume) throw cannot(`resume the run in ${path}`, 'it holds no run', 'a folder that a run was started in', { exitCode: 2 });
  try {
    makeFolders(paths.checkpoints);
  } catch (cause) {
    const is = (cause as NodeJS.ErrnoException).code === 'EEXIST' ? 'there is a file in its place' : describeWriteError(cause);
    throw cannot(`create the run folder ${path}`, is, 'a writable location', { cause });
  }
  const lock = lockFolder(path, 'run', {
    onWatch: ({ pid, host }) => reporter.notice(`${path}: process ${pid} on ${host} seems to be gone; its lock is watched for 20 s before it is taken over`),
  });
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
      throw new FolderLostError(
        cannot(`go on with the run in ${path}`, by, 'a process that shows that it lives every 5 s').message,
        other === 'nobody' ? undefined : other,
      );
    },
    [Symbol.dispose]: () => lock[Symbol.dispose](),
  };
}

/**
 * Removes what a process left in the folder of a finished run that was killed after it had written the results: its lock, and files not renamed yet. A
 * folder that a process works in, or that another machine left, stays as it is.
 */
export function sweepRunFolder(path: string): void {
  const names = existsSync(path) ? readdirSync(path) : [];
  if (!names.some((name) => name === '.lock' || isLeftBehind(name)) || lockHolder(path) || isLockedElsewhere(path)) return;
  try {
    openRunFolder(path, { resume: true })[Symbol.dispose]();
  } catch (error) {
    // What is finished can be used from a folder that cannot be written to.
    if (!(error instanceof UserError)) throw error;
  }
}

/** Whether another machine left the lock: it would be watched for a while before it is taken over. */
function isLockedElsewhere(path: string): boolean {
  const holder = readHolder(join(path, '.lock'));
  return typeof holder === 'object' && holder.host !== hostname();
}

/** What makes a folder no place for a new run, in words; undefined where it is one. Who holds a lock is asked when the run is started. */
export interface Occupied {
  /** `run`: it can be resumed; `part`: files of a run without its experiment; `file`: it is none. */
  readonly kind: 'run' | 'part' | 'file';
  readonly is: string;
}

/**
 * Whether a new run can be started at a path: there is nothing of a run but what one leaves that ended, or was killed, before it began (its lock, its output,
 * a file not renamed yet, a folder without checkpoints). Files of others do not matter.
 */
export function occupiedBy(path: string): Occupied | undefined {
  if (!existsSync(path)) return undefined;
  if (!isFolder(path)) return { kind: 'file', is: 'there is a file in its place' };
  const { path: _, experiment, output: __, ...parts } = runPaths(path);
  if (existsSync(experiment)) return { kind: 'run', is: `it holds ${existsSync(parts.results) ? 'a finished run' : 'an unfinished run'}` };
  const part = Object.values(parts).find((one) => existsSync(one) && !(isFolder(one) && readdirSync(one).length === 0));
  return part === undefined ? undefined : { kind: 'part', is: `it holds ${relative(path, part)} of another run` };
}

/** Whether there is a folder; a link to one counts. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
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

/** Truncates the log to where a checkpoint was taken, so that repeated steps are logged once. */
export function cutLog(path: string, bytes: number): void {
  if (existsSync(path) && statSync(path).size > bytes) truncateSync(path, bytes);
}
