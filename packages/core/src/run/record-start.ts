import type { Engine } from '@gradalign/engine';
import { type PortableSettings, settingsDigest } from '../configuration/portable-settings.ts';
import { showExperiment } from '../configuration/show-experiment.ts';
import { portableWritten, type WrittenValues } from '../configuration/written-paths.ts';
import type { Experiment } from '../contracts/experiment.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { Position } from '../training/training-loop.ts';
import type { Continuation } from './check-resumed.ts';
import type { ExtensionRecord } from './describe-extension.ts';
import { describeEnvironment } from './environment.ts';
import { setResultsAside } from './find-finished.ts';
import { writeDataRecord } from './recorded-run.ts';
import type { RunPaths } from './run-folder.ts';
import { addToHistory } from './run-history.ts';
import type { DataFingerprints } from './run-identity.ts';

/** What is recorded when a run, or a part of it, begins. */
export interface RunStart {
  readonly experiment: Experiment;
  /** What it says about the run's numbers. */
  readonly settings: PortableSettings;
  readonly written: WrittenValues;
  readonly data: DataFingerprints;
  readonly engine: Engine;
  /** Of the checkpoint that it goes on from; absent where it begins. */
  readonly position: Position | undefined;
  /** Absent where it begins. */
  readonly continuation: Continuation | undefined;
  /** What the run equals where it has more epochs now. */
  readonly extended: ExtensionRecord | undefined;
}

/** Writes what a run is, and where and from where it is computed now, before its first step. */
export async function recordStart(
  folder: RunPaths,
  { experiment, settings, written, data, engine, position, continuation, extended }: RunStart,
): Promise<void> {
  writeAtomically(folder.experiment, showExperiment(experiment, portableWritten(written, folder.path)));
  if (continuation?.extended) setResultsAside(folder.results, `results-epoch-${String(continuation.extended.from).padStart(4, '0')}.json`);
  writeDataRecord(folder.data, data);
  const environment = { ...(await describeEnvironment(engine)), settings: settingsDigest(settings) };
  writeAtomically(folder.environment, `${JSON.stringify(environment, null, 2)}\n`);
  const { epoch, step } = position ?? { epoch: 0, step: 0 };
  addToHistory(folder.history, { from: { epoch, step }, changed: continuation?.changed ?? [], ...(extended ? { extended } : {}), environment });
}
