import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunResults, readRunResults, runPaths } from '@gradalign/core';

/** What became of a training job. */
export type JobOutcome = { readonly state: 'finished'; readonly results: RunResults } | { readonly state: 'diverged'; readonly message: string };

/** In the folder of a run whose loss or weights stopped being finite: it is not tried again. */
export const divergedFile = (folder: string): string => join(folder, 'diverged.json');

/** Undefined where the job has not come to its end. */
export function readOutcome(folder: string): JobOutcome | undefined {
  const results = readRunResults(runPaths(folder).results);
  if (results) return { state: 'finished', results };
  if (!existsSync(divergedFile(folder))) return undefined;
  const { message } = JSON.parse(readFileSync(divergedFile(folder), 'utf8')) as { message: string };
  return { state: 'diverged', message };
}
