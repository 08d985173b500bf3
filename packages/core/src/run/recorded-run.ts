import { existsSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describeReadError, readBounded } from '@gradalign/pixels/files';
import type { Catalogue } from '../configuration/catalogue.ts';
import { toPlain } from '../configuration/config-node.ts';
import { portableSettings } from '../configuration/portable-settings.ts';
import { maxYamlLength, readYaml } from '../configuration/read-yaml.ts';
import { cannot } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import { latestCheckpointValues } from '../files/checkpoint.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { Position } from '../training/training-loop.ts';
import type { RunPaths } from './run-folder.ts';
import type { DataFingerprints, RunIdentity } from './run-identity.ts';
import { readRunResults } from './run-results.ts';

/** What a run's folder says of the run that was started in it. */
export interface RecordedRun {
  /** Without `data` for runs made before data had fingerprints. */
  readonly identity: Pick<RunIdentity, 'settings'> & Partial<RunIdentity>;
  /** The fingerprints with their samples. */
  readonly listed?: DataFingerprints;
  /** The experiment as it stands in the folder. */
  readonly experiment: Experiment;
  /** How far the latest checkpoint is; absent where there is none. */
  readonly position?: Position;
}

/** Reads what the folder of a run records: its checkpoint first, its results, then its experiment. */
export function readRecordedRun(paths: RunPaths, catalogue: Catalogue): RecordedRun {
  const { written: _, ...plain } = toPlain(readYaml(textOf(paths.experiment), paths.experiment, process.env)) as Record<string, unknown>;
  const experiment = plain as unknown as Experiment;
  const values = latestCheckpointValues(paths.checkpoints);
  const saved = typeof values === 'object' && values !== null ? (values as Record<string, unknown>) : undefined;
  const identity = asIdentity(saved?.['identity']) ??
    asIdentity(readRunResults(paths.results)?.identity) ?? { settings: portableSettings(experiment, catalogue) };
  const listed = readDataRecord(paths.data);
  const position = saved?.['position'] as Position | undefined;
  return { identity, experiment, ...(listed ? { listed } : {}), ...(position ? { position } : {}) };
}

/** A recorded identity; undefined where the value is none. */
export function asIdentity(value: unknown): RunIdentity | undefined {
  const { digest, settings, data } = (value ?? {}) as Partial<RunIdentity>;
  const isMap = (one: unknown) => typeof one === 'object' && one !== null && !Array.isArray(one);
  return typeof digest === 'string' && isMap(settings) && isMap(data) ? (value as RunIdentity) : undefined;
}

/** Writes the fingerprints of a run's data with their samples, so that it can be told later what has changed. */
export function writeDataRecord(file: string, data: DataFingerprints): void {
  writeAtomically(file, gzipSync(JSON.stringify(data)));
}

/** The fingerprints of a run's data with their samples; undefined where there are none, or they are damaged. */
export function readDataRecord(file: string): DataFingerprints | undefined {
  try {
    return existsSync(file)
      ? (JSON.parse(gunzipSync(readBounded(file, 2 ** 29), { maxOutputLength: 2 ** 29 }).toString('utf8')) as DataFingerprints)
      : undefined;
  } catch {
    // Damaged: it is then told that data have changed, not which.
    return undefined;
  }
}

function textOf(experiment: string): string {
  try {
    return readBounded(experiment, 4 * maxYamlLength).toString();
  } catch (cause) {
    throw cannot(`read ${experiment}`, describeReadError(cause), 'the experiment of a run', { cause });
  }
}
