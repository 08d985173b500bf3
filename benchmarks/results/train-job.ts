import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DivergedError, loadExperiment, type Reporter, runPaths, train, writeAtomically } from '@gradalign/core';
import { addCpuSeconds } from './cpu-seconds.ts';
import { divergedFile, readOutcome } from './job-outcome.ts';
import type { TrainingJob } from './plan-jobs.ts';

export interface JobOptions {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Where plugins are looked for besides the experiment's folder, and whose code may run: this folder's and the packages beside it, also where a run names them. */
export const ownPlugins = { resolveFrom: [new URL('../../packages/cli/package.json', import.meta.url).href], trust: [pathOf('.'), pathOf('../../packages')] };

/** Trains what the job says, or takes up what was interrupted; nothing to do where it came to its end before. */
export async function trainJob({ experiment: file, set, withTarget, folder }: TrainingJob, { reporter, signal }: JobOptions): Promise<void> {
  if (readOutcome(folder)) return;
  const { experiment, catalogue } = await loadExperiment(file, {
    set: Object.entries(set).map(([path, value]) => ({ path, value })),
    ...ownPlugins,
  });
  const before = process.cpuUsage();
  try {
    await train({
      experiment: withTarget ? experiment : { ...experiment, data: { ...experiment.data, target: {} } },
      catalogue,
      folder,
      resume: existsSync(runPaths(folder).experiment),
      reporter,
      signal,
    });
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    mkdirSync(folder, { recursive: true });
    writeAtomically(divergedFile(folder), `${JSON.stringify({ message: error.message })}\n`);
  } finally {
    if (existsSync(folder)) addCpuSeconds(folder, before);
  }
}
