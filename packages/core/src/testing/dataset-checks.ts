import type { DatasetDefinition } from '../contracts/dataset.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import { datasetFolderChecks } from './dataset-checks/folder-checks.ts';
import { datasetSampleChecks } from './dataset-checks/sample-checks.ts';
import { createDatasetSetting, type DatasetCheck, type DatasetChecksOptions } from './dataset-checks/setting.ts';

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
