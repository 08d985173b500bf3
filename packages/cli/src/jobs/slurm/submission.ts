import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StudyRunName } from '@gradalign/core';

/** A run of a submission; its place in the stage is the task of the array. */
export interface SubmittedRun extends StudyRunName {
  /** Absolute path of the run's folder. */
  readonly folder: string;
}

/** An array of a submission. */
export interface SubmittedStage {
  /** Of the array, unique to it. */
  readonly name: string;
  /** Absent where the process ended while it submitted it: the queue knows it by its name. */
  readonly job?: string;
  readonly runs: readonly SubmittedRun[];
}

/** What was submitted at once. Plain JSON. */
export interface Submission {
  /** ISO 8601. */
  readonly time: string;
  readonly stages: readonly SubmittedStage[];
  /** The job that makes table and report. */
  readonly table: { readonly name: string; readonly job?: string };
}

/** A submission in its folder. */
export interface RecordedSubmission extends Submission {
  readonly folder: string;
}

/** Where a study's submissions are: a folder each, by number. */
export function slurmFolder(output: string): string {
  return join(output, 'slurm');
}

/** Where a submission is described. */
export function submissionFile(folder: string): string {
  return join(folder, 'submission.json');
}

/**
 * The submissions of a study, the first one first.
 *
 * @throws UserError for one that cannot be read.
 */
export async function readSubmissions(output: string): Promise<RecordedSubmission[]> {
  return Promise.all(
    submissionFolders(output)
      // Written before anything is submitted.
      .filter((folder) => existsSync(submissionFile(folder)))
      .map(readSubmission),
  );
}

async function readSubmission(folder: string): Promise<RecordedSubmission> {
  const { cannot, describeReadError } = await import('@gradalign/core');
  const file = submissionFile(folder);
  const refuse = (is: string, cause?: unknown) =>
    cannot(`read ${file}`, is, 'what compare --slurm wrote (if none of its tasks is pending or running, remove its folder)', { cause });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refuse(error instanceof SyntaxError ? 'it is not JSON' : describeReadError(error), error);
  }
  if (!isSubmission(value)) throw refuse('it describes no submission');
  return { ...value, folder };
}

/** Absolute paths, the first one first. */
function submissionFolders(output: string): string[] {
  const folder = slurmFolder(output);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[1-9]\d{0,8}$/.test(entry.name))
    .map(({ name }) => Number(name))
    .sort((a, b) => a - b)
    .map((name) => join(folder, String(name)));
}

/** The folder of the next one. */
export function nextSubmissionFolder(output: string): string {
  const last = submissionFolders(output).at(-1);
  return join(slurmFolder(output), String(1 + Number(last === undefined ? 0 : last.slice(slurmFolder(output).length + 1))));
}

function isSubmission(value: unknown): value is Submission {
  const { stages, table, time } = (value ?? {}) as Partial<Submission>;
  const isJob = (one: unknown): one is { readonly name: string; readonly job?: string } => {
    const { name, job } = (one ?? {}) as { readonly name?: unknown; readonly job?: unknown };
    return typeof name === 'string' && /^[\w-]+$/.test(name) && (job === undefined || (typeof job === 'string' && /^\d+$/.test(job)));
  };
  const isRun = (one: unknown) => {
    const { method, target, seed, folder } = (one ?? {}) as Partial<SubmittedRun>;
    return typeof method === 'string' && typeof target === 'string' && typeof seed === 'number' && typeof folder === 'string';
  };
  return (
    typeof time === 'string' &&
    isJob(table) &&
    Array.isArray(stages) &&
    stages.every((stage) => isJob(stage) && Array.isArray((stage as SubmittedStage).runs) && (stage as SubmittedStage).runs.every(isRun))
  );
}
