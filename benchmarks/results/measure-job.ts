import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { openTrainedRun, writeAtomically } from '@gradalign/core';
import { type RunSharpness, runSharpness } from '@gradalign/core/sharpness';
import type { ResultsStudy } from './study-definition.ts';
import { type JobOptions, ownPlugins } from './train-job.ts';

/** Sharpness of one finished run. Plain data. */
export interface SharpnessJob {
  readonly folder: string;
  readonly settings: ResultsStudy['sharpness'];
}

/** `sharpness.json` in the run's folder. */
interface StoredSharpness {
  readonly settings: ResultsStudy['sharpness'];
  /** Of processor time. */
  readonly seconds: number;
  readonly sharpness: RunSharpness;
}

/** Undefined where it was not measured with these settings yet. */
export function readSharpness({ folder, settings }: SharpnessJob): StoredSharpness | undefined {
  const file = join(folder, 'sharpness.json');
  if (!existsSync(file)) return undefined;
  const stored = JSON.parse(readFileSync(file, 'utf8')) as StoredSharpness;
  return isDeepStrictEqual(stored.settings, settings) ? stored : undefined;
}

export async function measureJob(job: SharpnessJob, { reporter, signal }: JobOptions): Promise<void> {
  if (readSharpness(job) || signal.aborted) return;
  const { folder, settings } = job;
  const before = process.cpuUsage();
  await using run = await openTrainedRun(folder, { reporter, ...ownPlugins });
  const sharpness = await runSharpness(run, { ...settings, batchNorm: 'batch', reporter });
  const { user, system } = process.cpuUsage(before);
  const stored: StoredSharpness = { settings, seconds: (user + system) / 1e6, sharpness };
  writeAtomically(join(folder, 'sharpness.json'), `${JSON.stringify(stored)}\n`);
}
