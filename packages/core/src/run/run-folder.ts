import { existsSync, mkdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { cannot } from '../contracts/errors.ts';
import { lockFolder } from '../files/folder-lock.ts';

/**
 * What a run leaves behind:
 *
 *     experiment.yaml     resolved, every default filled in; is itself an experiment
 *     environment.json    versions, git revision, engine, machine
 *     log.jsonl           one JSON object a line: steps, epochs, validation
 *     checkpoints/        epoch-0004, ...: safetensors and JSON
 *     scores/             one CSV a data set, in bob's columns; those of other weights in a folder of their name
 *     weights/            swad, best, ...: weights beside the run's own, where callbacks offer them
 *     results.json        the figures
 */
export interface RunPaths {
  readonly path: string;
  readonly experiment: string;
  readonly environment: string;
  readonly log: string;
  readonly checkpoints: string;
  readonly scores: string;
  readonly weights: string;
  readonly results: string;
}

/** The same, held by this process. */
export interface RunFolder extends RunPaths, Disposable {}

export function runPaths(path: string): RunPaths {
  return {
    path,
    experiment: join(path, 'experiment.yaml'),
    environment: join(path, 'environment.json'),
    log: join(path, 'log.jsonl'),
    checkpoints: join(path, 'checkpoints'),
    scores: join(path, 'scores'),
    weights: join(path, 'weights'),
    results: join(path, 'results.json'),
  };
}

/** Makes the folder, or takes up the run in it, and keeps other processes out until it is disposed. */
export function openRunFolder(path: string, { resume }: { readonly resume: boolean }): RunFolder {
  const paths = runPaths(path);
  const there = existsSync(paths.experiment);
  if (there && !resume) {
    const state = existsSync(paths.results) ? 'a finished run' : 'an unfinished run';
    throw cannot(`start a run in ${path}`, `${state} is there`, 'a folder without one: go on with --resume, or name another with --output', { exitCode: 2 });
  }
  if (!there && resume) throw cannot(`resume the run in ${path}`, 'there is none', 'a folder that a run was started in', { exitCode: 2 });
  try {
    mkdirSync(paths.checkpoints, { recursive: true });
  } catch (cause) {
    throw cannot(`make the run folder ${path}`, (cause as Error).message, 'a place that can be written to', { cause });
  }
  const lock = lockFolder(path, 'run');
  return { ...paths, [Symbol.dispose]: () => lock[Symbol.dispose]() };
}

/** Cuts the log back to where a checkpoint was taken, so that steps that are taken again stand there once. */
export function cutLog(path: string, bytes: number): void {
  if (existsSync(path) && statSync(path).size > bytes) truncateSync(path, bytes);
}
