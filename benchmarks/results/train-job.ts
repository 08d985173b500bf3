import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DivergedError, describeHolder, type Reporter, trainStudyRun, UserError, writeAtomically } from '@gradalign/core';
import { addCpuSeconds } from './cpu-seconds.ts';
import { divergedFile, readOutcome } from './job-outcome.ts';
import type { TrainingJob } from './product-study.ts';

export interface JobOptions {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Where plugins are looked for besides the experiment's folder, and whose code may run: this folder's and the packages beside it, also where a run names them. */
export const ownPlugins = { resolveFrom: [new URL('../../packages/cli/package.json', import.meta.url).href], trust: [pathOf('.'), pathOf('../../packages')] };

/** Trains what the job says, or takes up what was interrupted; nothing to do where it came to its end before. A run that diverged is not tried again. */
export async function trainJob({ study, method, target, seed, trial, folder }: TrainingJob, { reporter, signal }: JobOptions): Promise<void> {
  if (readOutcome(folder)) return;
  const before = process.cpuUsage();
  try {
    const which = { method, target, seed, ...(trial === undefined ? {} : { trial }) };
    const outcome = await trainStudyRun(study, which, { ...ownPlugins, folder, reporter, signal });
    if (outcome.state === 'taken')
      throw new UserError(`Cannot train in ${folder}: ${describeHolder(outcome.holder)} works on it, expected one study at a time`);
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    mkdirSync(folder, { recursive: true });
    writeAtomically(divergedFile(folder), `${JSON.stringify({ message: error.message })}\n`);
  } finally {
    if (existsSync(folder)) addCpuSeconds(folder, before);
  }
}
