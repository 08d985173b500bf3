import { existsSync, readdirSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { cannot, type Decision, heldOutName, readBounded, readDecisions, readRunResults, runPaths } from '@gradalign/core';
import type { Aggregate, NonResponse } from '@gradalign/metrics';
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
  const results = await attempt('results', paths.results, () => readResults(paths.results, problems));
  const thresholds = thresholdsOf(results);
  // Thresholds of older runs are probabilities.
  const rankBy = thresholds && record(results?.thresholds)['scale'] !== 'logit' ? 'score' : 'logit';
  const scores = await attempt('scores', paths.scores, () => readTestScores(paths.scores, rankBy, problems));
  const heldOut = join(paths.scores, `${heldOutName}.csv`);
  const optional = <T>(what: string, file: string, read: () => T | Promise<T>) => (existsSync(file) ? attempt(what, file, read) : undefined);
  const dev = await optional('held-out scores', heldOut, async () => (await readScoreFile(heldOut, { rankBy })).scores);
  const json = (what: string) => optional(what, join(folder, `${what}.json`), () => readJson(join(folder, `${what}.json`)));
  const [sharpness, landscape, features] = [await json('sharpness'), await json('landscape'), await json('features')];
  const decisions = await optional('decisions', paths.decisions, (): ReadonlyMap<string, Decision> => readDecisions(paths));
  const method = methodOf(experiment?.values, results);
  if (history && history.unreadable > 0) problems.push(`log: ${history.unreadable} lines of log.jsonl cannot be read and were left out`);
  return {
    name: names.name ?? basename(resolve(folder)),
    path: folder,
    group: names.group ?? method ?? basename(resolve(folder)),
    aggregate: aggregateOf(experiment?.values),
    problems,
    ...(scores ? { test: { ...scores, nonResponse: withoutScore(scores, results) } } : {}),
    ...(dev ? { dev } : {}),
    ...(thresholds ? { thresholds } : {}),
    ...(history ? { history } : {}),
    ...(results ? { results } : {}),
    ...(experiment ? { experiment } : {}),
    ...(environment ? { environment } : {}),
    ...(sharpness ? { sharpness } : {}),
    ...(landscape ? { landscape } : {}),
    ...(features ? { features } : {}),
    ...(decisions && decisions.size > 0 ? { decisions } : {}),
  };
}

/** One score file a target; those that cannot be read are named in `problems`. The held-out share is no target. */
async function readTestScores(folder: string, rankBy: 'logit' | 'score', problems: string[]): Promise<FullScores | undefined> {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) === '.csv')
    .map(({ name }) => basename(name, '.csv'))
    .filter((name) => name !== heldOutName)
    .sort();
  const read: FullScores[] = [];
  for (const domain of names) {
    try {
      read.push((await readScoreFile(join(folder, `${domain}.csv`), { domain, rankBy })).scores);
    } catch (error) {
      problems.push(`scores: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  if (names.length === 0) problems.push('scores: the run wrote none');
  return read.length > 0 ? joinScores(read) : undefined;
}

/** Sealed results that were changed are not used; those of other versions as far as they go. */
function readResults(file: string, problems: string[]): PartialResults {
  try {
    return readRunResults(file) as PartialResults;
  } catch (error) {
    const raw = readJson(file);
    if ('sha256' in raw) throw error;
    problems.push(`results of another version: ${(error as Error).message.split('\n')[0]}`);
    return raw as PartialResults;
  }
}

/** Attempts without a score: rows of the score files, and images of the targets that the run left out and whose class it knows. */
function withoutScore({ nonResponse }: FullScores, results: PartialResults | undefined): NonResponse {
  const { targets } = record(results?.protocol);
  const leftOut = Object.entries(record(results?.leftOut)).flatMap(([domain, entries]) =>
    Array.isArray(targets) && targets.includes(domain) && Array.isArray(entries) ? entries.map(record) : [],
  );
  const images = (one: Readonly<Record<string, unknown>>) => (Number.isSafeInteger(one['images']) ? (one['images'] as number) : 1);
  const of = (label: number) => leftOut.reduce((sum, one) => sum + (one['label'] === label ? images(one) : 0), 0);
  return { attacks: nonResponse.attacks + of(0), bonaFide: nonResponse.bonaFide + of(1) };
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

/** Whether the value is a finite number. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
