import type { LoadOptions } from '../configuration/load-experiment.ts';
import { type PortableSettings, portableSettings, settingsDigest } from '../configuration/portable-settings.ts';
import { loadStudyRun } from './load-study-run.ts';
import { type Study, studyTargets } from './study-definition.ts';
import type { StudyRunName } from './train-study-run.ts';

/**
 * The digest of what each run of a study is to be computed with, as runs record it when they start. Loads the experiment of each method on each target
 * once, and no data. Undefined for a run whose settings name a file that is not there: runs need it only at their start.
 *
 * @throws ConfigurationError if an experiment is not valid; UserError if it, or a plugin, cannot be read.
 */
export async function expectedSettings(study: Study, options: LoadOptions): Promise<(run: StudyRunName) => string | undefined> {
  const [first = 0] = study.seeds;
  const found = new Map<string, PortableSettings>();
  for (const method of Object.keys(study.methods))
    for (const target of studyTargets(study)) {
      const { experiment, catalogue } = await loadStudyRun(study, { method, target, seed: first }, options);
      const settings = portableSettings(experiment, catalogue);
      if (!JSON.stringify(settings).includes(' (not there)"')) found.set(JSON.stringify([method, target]), settings);
    }
  return ({ method, target, seed }) => {
    const settings = found.get(JSON.stringify([method, target]));
    return settings && settingsDigest({ ...settings, seed });
  };
}
