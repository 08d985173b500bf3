import { dirname } from 'node:path';
import type { PlannedRun, PlannedSearch, StudyRunName } from '@gradalign/core';
import type { ExperimentOptions } from '../options/experiment-options.ts';

/** Options of a study that hold for each of its runs. */
export type SharedOptions = Pick<ExperimentOptions, 'set' | 'data' | 'trust'>;

/** The arguments after `gradalign` that train one run of a study, with the options that `compare` was given. */
export function trainArguments(
  study: string,
  { method, target, seed, trial, until, folder }: StudyRunName & { readonly folder: string; readonly until?: number },
  options: SharedOptions,
): string[] {
  return [
    ...['train', study, `--method=${method}`, `--target=${target}`, trial === undefined ? `--seed=${seed}` : `--trial=${trial}`, `--output=${folder}`],
    ...(until === undefined ? [] : [`--until=${until}`]),
    ...sharedArguments(options),
  ];
}

export function sharedArguments({ set, data, trust = [] }: SharedOptions): string[] {
  return [...set.map((one) => `--set=${one}`), ...data.map((one) => `--data=${one}`), ...trust.map((one) => `--trust=${one}`)];
}

/** A run that is not finished, as a plan shows it. Plain JSON. */
export interface PlannedJob extends StudyRunName {
  readonly state: 'waiting' | 'started';
  /** Absolute path of the run's folder. */
  readonly folder: string;
  /** SHA-256 of its experiment and data; null where they cannot be read, or its settings are not chosen yet. */
  readonly fingerprint: string | null;
  /** For a shell; `arguments` are the same without quoting, after `gradalign`. */
  readonly command: string;
  readonly arguments: readonly string[];
  /** Set for a search whose trials are left early: one command trains all of them, in folders within `folder`. */
  readonly search?: true;
  /** Folders of jobs that have to be finished before. */
  readonly after: readonly string[];
}

export function plannedJob(study: string, run: PlannedRun, options: SharedOptions, state: PlannedJob['state']): PlannedJob {
  const { method, target, seed, trial, folder, fingerprint = null, waitsFor: after = [] } = run;
  const args = trainArguments(study, run, options);
  const named = { method, target, seed, ...(trial === undefined ? {} : { trial }) };
  return { ...named, state, folder, fingerprint, command: `gradalign ${args.map(quoted).join(' ')}`, arguments: args, after };
}

/** A search whose trials are left early, as a plan shows it: which of them go on is known while it runs, so that one command trains all. */
export function plannedSearch(study: string, { method, targets, file, trials }: PlannedSearch, options: SharedOptions): PlannedJob {
  const [target] = targets as [string];
  const args = [...['train', study, `--method=${method}`, ...(targets.length > 1 ? [] : [`--target=${target}`]), '--search'], ...sharedArguments(options)];
  const named = { method, target, seed: trials[0]?.seed ?? 0, search: true as const, state: 'waiting' as const, folder: dirname(file), fingerprint: null };
  return { ...named, command: `gradalign ${args.map(quoted).join(' ')}`, arguments: args, after: [] };
}

/** As a POSIX shell reads it back. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
