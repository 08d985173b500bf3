import { dirname, resolve } from 'node:path';
import type { LoadedExperiment } from '@gradalign/core';
import type { Terminal } from '../terminal.ts';
import { resolveFrom } from './bundled-plugins.ts';
import { type ExperimentOptions, readExperiment } from './experiment-options.ts';
import { readStudyRunName, type StudyRunOptions } from './study-run-options.ts';

/** What would be trained: the experiment of a file, or that of one run or trial of a study, with a trial's settings where a search is yet to choose them. */
export async function readTrained(file: string, options: ExperimentOptions & StudyRunOptions, terminal: Terminal): Promise<LoadedExperiment> {
  const { cannot, isStudyFile, loadPlannedRun, loadStudy, requireSettledSearch } = await import('@gradalign/core');
  const { set, data, trust = [], method, target, seed, trial, until, search } = options;
  if (!isStudyFile(file)) {
    const given = Object.entries({ method, target, seed, trial, until, search }).find(([, value]) => value !== undefined);
    if (given) throw cannot(`read ${file}`, `--${given[0]} is given and it is no study`, 'a study, or no such option', { exitCode: 2 });
    return readExperiment(file, options, terminal);
  }
  const loading = { set, data, trust, project: dirname(resolve(file)), env: process.env, resolveFrom };
  const study = await requireSettledSearch(loadStudy(file, { env: process.env, resolveFrom }), loading);
  return loadPlannedRun(study, await readStudyRunName(file, study, options), loading);
}
