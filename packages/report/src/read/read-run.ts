import { existsSync, readdirSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { cannot, readBounded, runPaths } from '@gradalign/core';
import type { Aggregate } from '@gradalign/metrics';
import { parse } from 'yaml';
import { type RunHistory, readRunLog } from './read-log.ts';
import { type FullScores, joinScores, readScoreFile } from './read-scores.ts';
import type { FixedOperatingPoint, PartialResults, Subject } from './subject.ts';

/** In bytes. */
const [longestExperiment, longestJson] = [2 ** 26, 2 ** 28];

/** Whether a folder holds a run, finished or not. */
export function isRunFolder(folder: string): boolean {
  return existsSync(runPaths(folder).experiment);
}

/**
 * Reads what a run left behind. Whatever is missing or broken is named in `problems` and left out: interrupted runs and runs of other versions have
 * a report too.
 *
 * @throws UserError where the folder holds no experiment.yaml
 */
export async function readRun(folder: string, names: { readonly name?: string; readonly group?: string } = {}): Promise<Subject> {
  const paths = runPaths(folder);
  if (!existsSync(paths.experiment))
    throw cannot(`report on ${folder}`, 'it holds no experiment.yaml', 'the folder of a run (made by gradalign train)', { exitCode: 2 });
  const problems: string[] = [];
  const attempt = async <T>(what: string, file: string, read: () => T | Promise<T>): Promise<T | undefined> => {
    if (!existsSync(file)) {
      problems.push(`${what}: ${basename(file)} is missing`);
      return undefined;
    }
    try {
      return await read();
    } catch (error) {
      problems.push(`${what}: ${(error as Error).message.split('\n')[0]}`);
      return undefined;
    }
  };
  const experiment = await attempt('experiment', paths.experiment, () => {
    const text = readBounded(paths.experiment, longestExperiment).toString();
    return { text, values: record(parse(text, { maxAliasCount: 100 })) };
  });
  const environment = await attempt('environment', paths.environment, () => readJson(paths.environment));
  const history = await attempt('log', paths.log, (): RunHistory => readRunLog(paths.log));
  const results = await attempt('results', paths.results, () => readJson(paths.results) as PartialResults);
  const thresholds = thresholdsOf(results);
  // Thresholds of older runs are probabilities.
  const rankBy = thresholds && record(results?.thresholds)['scale'] !== 'logit' ? 'score' : 'logit';
  const scores = await attempt('scores', paths.scores, () => readScoreFolder(paths.scores, rankBy, problems));
  const heldOut = join(paths.scores, 'held-out');
  const dev = existsSync(heldOut) ? await attempt('held-out scores', heldOut, () => readScoreFolder(heldOut, rankBy, problems)) : undefined;
  const sharpnessFile = join(folder, 'sharpness.json');
  const sharpness = existsSync(sharpnessFile) ? await attempt('sharpness', sharpnessFile, () => readJson(sharpnessFile)) : undefined;
  const landscapeFile = join(folder, 'landscape.json');
  const landscape = existsSync(landscapeFile) ? await attempt('landscape', landscapeFile, () => readJson(landscapeFile)) : undefined;
  const method = methodOf(experiment?.values, results);
  if (history && history.unreadable > 0) problems.push(`log: ${history.unreadable} lines of log.jsonl cannot be read and were left out`);
  return {
    name: names.name ?? basename(resolve(folder)),
    path: folder,
    group: names.group ?? method ?? basename(resolve(folder)),
    aggregate: aggregateOf(experiment?.values),
    problems,
    ...(scores ? { test: scores } : {}),
    ...(dev ? { dev } : {}),
    ...(thresholds ? { thresholds } : {}),
    ...(history ? { history } : {}),
    ...(results ? { results } : {}),
    ...(experiment ? { experiment } : {}),
    ...(environment ? { environment } : {}),
    ...(sharpness ? { sharpness } : {}),
    ...(landscape ? { landscape } : {}),
  };
}

/** One score file a domain; those that cannot be read are named in `problems`. */
async function readScoreFolder(folder: string, rankBy: 'logit' | 'score', problems: string[]): Promise<FullScores | undefined> {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) === '.csv')
    .map(({ name }) => name)
    .sort();
  const read: FullScores[] = [];
  for (const file of files) {
    try {
      read.push((await readScoreFile(join(folder, file), { domain: basename(file, '.csv'), rankBy })).scores);
    } catch (error) {
      problems.push(`scores: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  if (files.length === 0) problems.push('scores: the run wrote none');
  return read.length > 0 ? joinScores(read) : undefined;
}

function thresholdsOf(results: PartialResults | undefined): FixedOperatingPoint | undefined {
  const { frame, video } = record(results?.thresholds);
  const [atFrame, atVideo] = [record(frame), record(video)];
  if (!Number.isFinite(atFrame['value']) || !Number.isFinite(atVideo['value'])) return undefined;
  return { frame: atFrame['value'] as number, video: atVideo['value'] as number, from: String(atVideo['from'] ?? 'fixed before the test') };
}

function methodOf(experiment: Readonly<Record<string, unknown>> | undefined, results: PartialResults | undefined): string | undefined {
  const { use } = record(experiment?.['optimizer']);
  if (typeof use === 'string') return use;
  return typeof results?.method === 'string' ? results.method : undefined;
}

function aggregateOf(experiment: Readonly<Record<string, unknown>> | undefined): Aggregate {
  const { aggregate } = record(experiment?.['evaluate']);
  return aggregate === 'median' || aggregate === 'max' ? aggregate : 'mean';
}

function readJson(file: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(readBounded(file, longestJson).toString());
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${basename(file)} holds no object`);
  return value as Record<string, unknown>;
}

/** The value if it is an object, an empty one otherwise. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
