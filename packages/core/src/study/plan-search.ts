import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import type { LoadedExperiment, LoadOptions } from '../configuration/load-experiment.ts';
import { cannot, type UserError } from '../contracts/errors.ts';
import { drawTrials } from '../search/draw-trials.ts';
import { promoted, rungEpochs } from '../search/halving.ts';
import { bestTrial, type SearchChoice, type SearchOutcome, type SearchTrial, type TrialFigure, writeSearchChoice } from '../search/search-choice.ts';
import type { Settings } from '../search/search-range.ts';
import { choiceFile } from './choice-file.ts';
import { type FoundRun, type PlannedRun, searchFolder, type WantedRun } from './find-study-run.ts';
import { type LoadedStudyRun, loadStudyRun } from './load-study-run.ts';
import { readRung } from './rung-record.ts';
import { trialFigure } from './settle-search.ts';
import { type Study, type StudySearch, searchedRanges, studyTargets } from './study-definition.ts';
import type { StudyRunName } from './study-run-name.ts';

/** One search of a study, which makes one choice. */
export interface PlannedSearch {
  readonly method: string;
  /** Those that the choice holds for: one, or all. */
  readonly targets: readonly string[];
  /** By trial, then target. */
  readonly trials: readonly PlannedRun[];
  /** Where its choice is written. */
  readonly file: string;
  /** Set where all trials have come to their end. */
  readonly choice?: SearchChoice;
  /** Trials that can be trained now, with the epochs until which; others may follow where trials are left early. */
  readonly next: readonly PlannedRun[];
  /** Folders of the trials that have not come to their end, as far as it is known which go on. */
  readonly waitsFor: readonly string[];
  /** Why no choice can be made. */
  readonly problem?: UserError;
}

/** The settings of the trials of a method; none where it is not searched. */
function trialSettings(study: Study, method: string): Settings[] {
  const ranges = searchedRanges(study, method);
  return study.search && ranges ? drawTrials(ranges, study.search) : [];
}

/** The experiment of a trial: that of the method on the target, with what was drawn, and without the target. Nothing of the target is read. */
export async function loadTrial(
  study: Study,
  { method, target, trial }: { readonly method: string; readonly target: string; readonly trial: number },
  options: LoadOptions,
): Promise<LoadedStudyRun> {
  return loadDrawn(study, { method, target, settings: trialSettings(study, method)[trial] ?? {} }, options);
}

async function loadDrawn(
  study: Study,
  which: { readonly method: string; readonly target: string; readonly settings: Settings },
  options: LoadOptions,
): Promise<LoadedStudyRun> {
  const loaded = await loadStudyRun(study, { ...which, seed: (study.search as StudySearch).seed }, options);
  return { ...loaded, ...withoutTarget(loaded) };
}

/** The experiment of a run as far as it is known before its trials: that of a trial, or with the settings of the first one in place of those to be chosen. */
export async function loadPlannedRun(study: Study, which: StudyRunName, options: LoadOptions): Promise<LoadedStudyRun> {
  const { method, target, trial } = which;
  if (trial !== undefined) return loadTrial(study, { method, target, trial }, options);
  return loadStudyRun(study, { ...which, settings: trialSettings(study, method)[0] ?? {} }, options);
}

function withoutTarget({ experiment, written }: LoadedExperiment): Pick<LoadedExperiment, 'experiment' | 'written'> {
  const { target: _, ...evaluate } = experiment.evaluate;
  return {
    experiment: Object.freeze({ ...experiment, data: Object.freeze({ ...experiment.data, target: {} }), evaluate }),
    written: Object.fromEntries(Object.entries(written).filter(([path]) => !/^data\.target\b/.test(path))),
  };
}

/** The searches that a study asks for, or those of one method and target, with what became of their trials. */
export async function planSearches(
  study: Study,
  options: LoadOptions,
  find: (run: WantedRun) => Promise<FoundRun>,
  only?: { readonly method: string; readonly target: string },
): Promise<PlannedSearch[]> {
  const { search } = study;
  if (!search) return [];
  const planned: PlannedSearch[] = [];
  for (const method of Object.keys(study.methods)) {
    if (!searchedRanges(study, method) || (only && only.method !== method)) continue;
    const targets = studyTargets(study);
    const groups = search.per === 'method' ? [targets] : targets.map((target) => [target]);
    for (const group of groups)
      if (!only || group.includes(only.target)) planned.push(await planSearch(study, search, { method, targets: group }, options, find));
  }
  return planned;
}

async function planSearch(
  study: Study,
  search: StudySearch,
  { method, targets }: Pick<PlannedSearch, 'method' | 'targets'>,
  options: LoadOptions,
  find: (run: WantedRun) => Promise<FoundRun>,
): Promise<PlannedSearch> {
  const trials: PlannedRun[] = [];
  const drawn = trialSettings(study, method);
  let figure: TrialFigure | undefined;
  for (const [trial, settings] of drawn.entries()) {
    for (const target of targets) {
      const loaded = await loadDrawn(study, { method, target, settings }, options);
      figure ??= trialFigure(search, loaded);
      const wanted = { method, target, seed: search.seed, trial, loaded };
      trials.push({ ...wanted, ...(await find(wanted)) });
    }
  }
  const file = choiceFile(study, method, targets[0] as string);
  const none = { method, targets, trials, file, next: [], waitsFor: [] };
  if (!figure)
    return {
      ...none,
      problem: cannot(`choose the settings of '${method}'`, `its experiment does not compute '${search.choose}'`, 'a metric among evaluate.metrics'),
    };
  const { next, left } = nextTrials(search, trials, figure);
  const planned = { ...none, next, waitsFor: next.map(({ folder }) => folder) };
  if (next.length > 0) return planned;
  const ended = endedTrials(study, { planned: trials, drawn, left }, figure);
  const best = bestTrial(ended, figure);
  if (!best) return { ...planned, problem: withoutChoice(search, method, targets, ended) };
  const choice: SearchChoice = {
    method,
    ...(search.per === 'method' ? {} : { target: targets[0] as string }),
    choose: figure,
    seed: search.seed,
    of: searchedRanges(study, method) ?? {},
    ...(search.halving ? { halving: search.halving } : {}),
    trials: ended,
    trial: best.trial,
    settings: best.settings,
    figure: best.figure,
  };
  return { ...planned, choice };
}

/** Trials that were left, by number: the epochs after which, and their figure then. */
type LeftTrials = ReadonlyMap<number, { readonly epochs: number; readonly figure: number | undefined }>;

/** What can be trained now: those that a rung waits for, or, after the last rung, those that are left. */
function nextTrials(
  search: StudySearch,
  trials: readonly PlannedRun[],
  { metric, better }: TrialFigure,
): { readonly next: readonly PlannedRun[]; readonly left: LeftTrials } {
  const left = new Map<number, { readonly epochs: number; readonly figure: number | undefined }>();
  const goesOn = (run: PlannedRun) => !left.has(run.trial as number);
  const isOpen = (run: PlannedRun) => !run.results && run.diverged === undefined;
  const epochs = trials[0]?.loaded.experiment.train.epochs ?? 0;
  for (const rung of search.halving ? rungEpochs(search.halving, epochs) : []) {
    const active = trials.filter(goesOn);
    const figuresOf = (run: PlannedRun) => readRung(run.folder, rung) ?? run.results?.validation;
    const next = active.filter((run) => isOpen(run) && !figuresOf(run));
    if (next.length > 0) return { next: next.map((run) => ({ ...run, until: rung })), left };
    const compared = numbersOf(active).map((trial) => {
      const runs = active.filter((run) => run.trial === trial);
      return { trial, figure: runs.some(({ diverged }) => diverged !== undefined) ? undefined : meanOf(runs.map((run) => figuresOf(run)?.[metric])) };
    });
    const kept = promoted(compared, search.halving?.factor ?? 1, { better });
    for (const { trial, figure } of compared) if (!kept.includes(trial)) left.set(trial, { epochs: rung, figure });
  }
  return { next: trials.filter((run) => goesOn(run) && isOpen(run)), left };
}

function numbersOf(runs: readonly PlannedRun[]): number[] {
  return [...new Set(runs.map(({ trial }) => trial as number))];
}

/** Undefined where one is missing. */
function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length && known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : undefined;
}

/** The trials of a search, each with its mean figure over the targets. */
function endedTrials(
  study: Study,
  { planned, drawn, left }: { readonly planned: readonly PlannedRun[]; readonly drawn: readonly Settings[]; readonly left: LeftTrials },
  { metric }: TrialFigure,
): SearchTrial[] {
  return numbersOf(planned).map((trial): SearchTrial => {
    const runs = planned.filter((run) => run.trial === trial);
    const diverged = runs.some((run) => run.diverged !== undefined);
    const stopped = left.get(trial);
    const figure = diverged ? undefined : stopped ? stopped.figure : meanOf(runs.map(({ results }) => results?.validation?.[metric]));
    return {
      trial,
      settings: drawn[trial] as Settings,
      state: diverged ? 'diverged' : stopped ? 'stopped' : 'finished',
      ...(figure === undefined ? {} : { figure }),
      epochs: stopped?.epochs ?? Math.max(0, ...runs.map(({ results }) => results?.epochs ?? 0)),
      runs: runs.map(({ target, folder, fingerprint }) => ({
        target,
        folder: relative(join(study.output, searchFolder), folder).replaceAll('\\', '/'),
        ...(fingerprint === undefined ? {} : { fingerprint }),
      })),
    };
  });
}

function withoutChoice(search: StudySearch, method: string, targets: readonly string[], trials: readonly SearchTrial[]): UserError {
  const diverged = trials.filter(({ state }) => state === 'diverged').length;
  const is =
    diverged === trials.length
      ? `all ${trials.length} trials diverged`
      : `none of ${trials.length} trials has a figure '${search.choose}' on the held-out share`;
  return cannot(`choose the settings of '${method}' for ${targets.join(', ')}`, is, 'at least one that can be compared: other ranges (search.of)');
}

/** How far each search is, for tables. */
export function searchOutcomes(searches: readonly PlannedSearch[]): SearchOutcome[] {
  return searches.map(({ method, targets, trials, waitsFor, choice, problem }) => ({
    ...{ method, targets, trials: trials.length / targets.length, waiting: waitsFor.length },
    ...(choice ? { choice } : {}),
    ...(problem ? { error: problem.message } : {}),
  }));
}

/** Writes each choice that is made, with its evidence; what stands there of another search is replaced. */
export function recordChoices(searches: readonly PlannedSearch[]): void {
  for (const { file, choice } of searches) if (choice) writeSearchChoice(file, choice);
}

/** A name for the folder of a run before its settings are chosen: the same before and after. `before`: the fingerprint of the run with the settings of the first trial. */
export function searchedRunName({ search }: Study, method: string, before: string | undefined): string {
  const { trials, seed, choose, per, halving, of } = search as StudySearch;
  return createHash('sha256')
    .update(JSON.stringify([before ?? '', { trials, seed, choose, per, halving }, of[method]]))
    .digest('hex');
}
