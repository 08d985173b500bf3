import type { DatasetDefinition, LeftOutKind } from '../contracts/dataset.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import { datasetFolderChecks } from './dataset-checks/folder-checks.ts';
import { datasetSampleChecks } from './dataset-checks/sample-checks.ts';
import { createDatasetSetting, type DatasetCheck } from './dataset-checks/setting.ts';
import type { Options } from './take-step.ts';

/** What the kit checks a data set with. */
export interface DatasetChecksOptions {
  /** Writes a small data set into an empty folder, which becomes the option `root`. Absent: the data set reads no folder. */
  readonly write?: (root: string) => void | Promise<void>;
  /** Of the data set, besides `root`; what is absent has its default. */
  readonly options?: Options;
  /** How many samples it must find, by split and class; default: not checked. */
  readonly samples?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Whether a list in the folder names its files, so that a missing one must be told; default: false. */
  readonly listed?: boolean;
  /** Changes of the folder, and the kind of thing that must be told as left out after each. */
  readonly leavesOut?: readonly { readonly change: (root: string) => void; readonly kind: LeftOutKind }[];
}

/**
 * The conformance kit for data sets: everything that a run relies on, as a list of checks for any test runner. Each writes the small data set into a temporary
 * folder of its own, and resolves, or rejects with an Error that says what is wrong. Needs no engine.
 *
 *     const write = (root: string) => writeFileSync(join(root, 'live.png'), picture);
 *     for (const { name, run } of datasetChecks(myDataset, { write })) it(name, run);
 */
export function datasetChecks(definition: AnyItem | DatasetDefinition, options: DatasetChecksOptions = {}): readonly DatasetCheck[] {
  const setting = createDatasetSetting(definition as DatasetDefinition, options);
  return [...datasetSampleChecks(setting), ...(options.write ? datasetFolderChecks(setting) : [])];
}
