import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { LoadedExperiment, LoadOptions } from '../configuration/load-experiment.ts';
import { type PortableSettings, portableSettings, settingsDigest } from '../configuration/portable-settings.ts';
import type { Settings } from '../search/search-range.ts';
import { choiceFile, soundChoice } from './choice-file.ts';
import { runPlace } from './find-study-run.ts';
import { loadStudyRun } from './load-study-run.ts';
import { loadTrial } from './plan-search.ts';
import { type Study, searchedRanges, studyTargets } from './study-definition.ts';
import type { StudyRunName } from './study-run-name.ts';

/**
 * The digest of what each run of a study is to be computed with, as runs record it when they start. Loads the experiment of each method on each target
 * once, and of each trial that has a folder; no data. Undefined for a run whose settings name a file that is not there (runs need it only at their start),
 * and for one whose settings a search has not chosen yet.
 *
 * @throws ConfigurationError if an experiment is not valid; UserError if it, or a plugin, cannot be read.
 */
export async function expectedSettings(study: Study, options: LoadOptions): Promise<(run: StudyRunName) => string | undefined> {
  const [first = 0] = study.seeds;
  const found = new Map<string, PortableSettings>();
  const keep = (key: string, { experiment, catalogue }: LoadedExperiment) => {
    const settings = portableSettings(experiment, catalogue);
    if (!JSON.stringify(settings).includes(' (not there)"')) found.set(key, settings);
  };
  for (const method of Object.keys(study.methods))
    for (const target of studyTargets(study)) {
      const settings = searchedRanges(study, method) ? chosenSettings(study, method, target) : {};
      if (settings) keep(keyOf({ method, target }), await loadStudyRun(study, { method, target, seed: first, settings }, options));
      for (const trial of begunTrials(study, method, target))
        keep(keyOf({ method, target, trial }), await loadTrial(study, { method, target, trial }, options));
    }
  return ({ method, target, seed, trial }) => {
    const settings = found.get(keyOf({ method, target, ...(trial === undefined ? {} : { trial }) }));
    return settings && settingsDigest({ ...settings, seed });
  };
}

function keyOf({ method, target, trial }: Pick<StudyRunName, 'method' | 'target' | 'trial'>): string {
  return JSON.stringify([method, target, trial]);
}

/** Those of a choice that stands there, where it is of this search. */
function chosenSettings(study: Study, method: string, target: string): Settings | undefined {
  const choice = soundChoice(choiceFile(study, method, target));
  const { trials, seed, choose } = study.search ?? {};
  const own =
    choice && isDeepStrictEqual([choice.trials.length, choice.seed, choice.choose.metric, choice.of], [trials, seed, choose, searchedRanges(study, method)]);
  return own ? choice.settings : undefined;
}

function begunTrials(study: Study, method: string, target: string): number[] {
  if (!searchedRanges(study, method)) return [];
  return Array.from({ length: study.search?.trials ?? 0 }, (_, trial) => trial).filter((trial) => {
    const { above, name } = runPlace(study.output, { method, target, seed: study.search?.seed ?? 0, trial });
    return existsSync(join(above, name));
  });
}
