import { readBounded } from '@gradalign/pixels/files';
import { parse } from 'yaml';
import { problemAt } from '../configuration/config-node.ts';
import type { LoadOptions } from '../configuration/load-experiment.ts';
import { ConfigurationError, type Problem, UserError } from '../contracts/errors.ts';
import { rangeEnds } from '../search/range-ends.ts';
import { readStudy } from './load-study.ts';
import { type LoadedStudyRun, loadStudyRun } from './load-study-run.ts';
import { readPublishedFigures } from './published-figures.ts';
import { settleSearch } from './settle-search.ts';
import { type Study, searchedRanges, studyTargets } from './study-definition.ts';

/** A study that is valid, and so are all experiments it asks for. */
export interface CheckedStudy {
  readonly study: Study;
  /** Each said once, with the name of its method. */
  readonly warnings: readonly string[];
}

/**
 * Reads a study, and the experiment of every method on every target, before any engine is loaded.
 *
 * @throws ConfigurationError with every problem of the study, its experiments and its published figures at once; UserError if the file cannot be read.
 */
export async function checkStudy(file: string, options: LoadOptions = {}): Promise<CheckedStudy> {
  const { study: read, problems: own, experimentAt, publishedAt } = readStudy(file, options);
  const { study, problems: ofSearch, warnings: told } = await settleSearch(read, options);
  const problems = [...own, ...ofSearch];
  const warnings: string[] = [...told];
  const collect = async (load: () => Promise<LoadedStudyRun>) => {
    try {
      warnings.push(...(await load()).warnings);
    } catch (error) {
      if (error instanceof ConfigurationError) problems.push(...error.problems);
      else if (error instanceof UserError) problems.push(problemAt(experimentAt, ['experiment'], error.message));
      else throw error;
    }
  };
  // Without a target, or a seed, that can be read, methods are still checked, on the experiment as it is.
  const [seed] = study.seeds;
  if (study.experiment !== '' && Number.isInteger(seed)) {
    for (const method of Object.keys(study.methods)) {
      const searched = rangeEnds(searchedRanges(study, method) ?? {});
      for (const target of studyTargets(study))
        for (const settings of searched.length > 0 ? searched : [{}])
          await collect(() => loadStudyRun(study, { method, target, seed: seed as number, settings }, options));
    }
  }
  for (const path of study.published ?? []) {
    try {
      readPublishedFigures(path, options);
    } catch (error) {
      if (error instanceof ConfigurationError) problems.push(...error.problems);
      else if (error instanceof UserError) problems.push(problemAt(publishedAt, ['published'], error.message));
      else throw error;
    }
  }
  if (problems.length > 0) throw new ConfigurationError(inOrder(problems));
  return { study, warnings: [...new Set(warnings)] };
}

/** By file, line and column; the same thing said once. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const unique = new Map(problems.map((problem) => [`${problem.file}:${problem.line}:${problem.column}:${problem.message}`, problem]));
  return [...unique.values()].sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1));
}

/** Larger files, and what is no regular file, are left to the reader of experiments. */
const maxBytes = 2 ** 22;

/** Whether a YAML file holds a study and no experiment, by its keys; false where it cannot be read. */
export function isStudyFile(file: string): boolean {
  try {
    const keys = Object.keys((parse(readBounded(file, maxBytes).toString(), { logLevel: 'silent', uniqueKeys: false }) as object | null) ?? {});
    const experiments = ['data', 'model', 'losses', 'optimizer', 'train'];
    return keys.some((key) => key === 'experiment' || key === 'methods') && !keys.some((key) => experiments.includes(key));
  } catch {
    return false;
  }
}
