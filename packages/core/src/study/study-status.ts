import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { lockHolder } from '../files/folder-lock.ts';
import { ownVersion } from '../run/environment.ts';
import { isFolder, runPaths } from '../run/run-folder.ts';
import { readRunResults } from '../run/run-results.ts';
import type { SearchChoice } from '../search/search-choice.ts';
import { choiceFile, soundChoice } from './choice-file.ts';
import { readDiverged } from './diverged-trial.ts';
import { isAtPlace, runPlace } from './find-study-run.ts';
import { type Study, searchedRanges, studyTargets } from './study-definition.ts';
import type { StudyRunName } from './study-run-name.ts';

/** `stopped`: begun, and no process works on it. */
export type RunState = 'finished' | 'running' | 'interrupted' | 'stopped' | 'waiting';

/** How far a run is. Plain JSON. */
export interface RunStatus extends StudyRunName {
  readonly state: RunState;
  /** Where it is, or the last line that it printed. */
  readonly at?: string;
  /** Absent where it was not begun. */
  readonly folder?: string;
}

/** How far a study is. Plain JSON. */
export interface StudyStatus {
  readonly runs: readonly RunStatus[];
  /** Of `runs`. */
  readonly counts: Readonly<Record<RunState, number>>;
  /** Trials of the study's search; those that diverged, or were left after a rung, are finished. Empty without a search. */
  readonly trials: readonly RunStatus[];
  readonly trialCounts: Readonly<Record<RunState, number>>;
  /** Folders that have the name of a run and are not taken for it. */
  readonly others: number;
}

/**
 * Reads the folders of a study, and no data: a run is known by the name of its folder, and by the settings that it recorded when it started. Of several
 * that fit the one that was written to last counts; whether its data are still the same, `planStudy` finds out.
 *
 * @param expected See `expectedSettings`; without it settings are not compared. Neither are those of runs of other versions.
 */
export function studyStatus(study: Study, expected: (run: StudyRunName) => string | undefined = () => undefined): StudyStatus {
  const listed = new Map<string, ReadonlyMap<string, string[]>>();
  let others = 0;
  const statusOf = (which: StudyRunName): RunStatus => {
    const place = runPlace(study.output, which);
    const byName = listed.get(place.above) ?? foldersByName(place.above);
    listed.set(place.above, byName);
    const named = (byName.get(place.name) ?? []).filter((name) => isAtPlace(place, name)).map((name) => join(place.above, name));
    const wanted = named.length > 0 ? expected(which) : undefined;
    const folders = wanted === undefined ? named : named.filter((folder) => (settingsIn(folder) ?? wanted) === wanted);
    const folder = folders.length > 1 ? latest(folders) : folders[0];
    others += named.length - (folder === undefined ? 0 : 1);
    if (folder === undefined) return { ...which, state: 'waiting', ...at(named[0] && `${basename(named[0])} has other settings`) };
    const state = stateOf(folder);
    const left = state.state === 'interrupted' && which.trial !== undefined ? leftAfter(which.method, which.target, which.trial) : undefined;
    return { ...which, ...(left === undefined ? state : { state: 'finished', at: `left after ${left} epoch${left === 1 ? '' : 's'}` }), folder };
  };
  const choices = new Map<string, SearchChoice | undefined>();
  /** Epochs after which a trial was left for good; undefined where it was not, or nothing is chosen yet. */
  const leftAfter = (method: string, target: string, trial: number): number | undefined => {
    const file = choiceFile(study, method, target);
    if (!choices.has(file)) choices.set(file, soundChoice(file));
    return choices.get(file)?.trials.find((one) => one.trial === trial && one.state === 'stopped')?.epochs;
  };
  const targets = studyTargets(study);
  const methods = Object.keys(study.methods);
  const { trials: n = 0, seed: ofSearch = 0 } = study.search ?? {};
  const trials = Array.from({ length: n }, (_, trial) =>
    targets.flatMap((target) => methods.flatMap((method) => (searchedRanges(study, method) ? [statusOf({ method, target, seed: ofSearch, trial })] : []))),
  ).flat();
  const runs = study.seeds.flatMap((seed) => targets.flatMap((target) => methods.map((method) => statusOf({ method, target, seed }))));
  return { runs, counts: countsOf(runs), trials, trialCounts: countsOf(trials), others };
}

function countsOf(runs: readonly RunStatus[]): Record<RunState, number> {
  const counts: Record<RunState, number> = { finished: 0, running: 0, interrupted: 0, stopped: 0, waiting: 0 };
  for (const { state } of runs) counts[state]++;
  return counts;
}

/** The names in a folder, by what they are without the fingerprint at the end. */
function foldersByName(above: string): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  if (!isFolder(above)) return found;
  for (const name of readdirSync(above)) {
    const bare = name.replace(/-[\da-f]{6}(?:[\da-f]{6})?$/, '');
    const there = found.get(bare);
    if (there) there.push(name);
    else found.set(bare, [name]);
  }
  return found;
}

/** The digest that a run recorded; undefined where there is none, or another version, which may have had other defaults, recorded it. */
function settingsIn(folder: string): string | undefined {
  try {
    const { gradalign, settings } = JSON.parse(readFileSync(runPaths(folder).environment, 'utf8')) as Readonly<Record<string, unknown>>;
    return gradalign === ownVersion() && typeof settings === 'string' ? settings : undefined;
  } catch {
    return undefined;
  }
}

function latest(folders: readonly string[]): string {
  const time = (folder: string) => statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return folders.reduce((a, b) => (time(b) > time(a) ? b : a));
}

function stateOf(folder: string): { readonly state: RunState; readonly at?: string } {
  const paths = runPaths(folder);
  const holder = lockHolder(folder);
  if (holder)
    return {
      state: 'running',
      at: [describe(lastEvents(paths.log)[0]), `process ${holder.pid} on ${holder.host}`].filter((part) => part !== undefined).join(', '),
    };
  const results = resultsIn(folder);
  if (results !== 'none') return results === 'sound' ? { state: 'finished' } : { state: 'stopped', at: 'results.json is damaged' };
  if (readDiverged(folder) !== undefined) return { state: 'finished', at: 'diverged' };
  const events = lastEvents(paths.log);
  if (events[0]?.['event'] === 'end') return { state: 'interrupted', ...at(whereItEnded(events)) };
  const printed = tail(paths.output).trimEnd().split('\n').at(-1);
  if (existsSync(paths.experiment) || printed) return { state: 'stopped', ...at([describe(events[0]), printed].filter(Boolean).join(': ')) };
  return { state: 'waiting' };
}

function resultsIn(folder: string): 'none' | 'sound' | 'damaged' {
  try {
    return readRunResults(runPaths(folder).results) ? 'sound' : 'none';
  } catch {
    return 'damaged';
  }
}

function at(text: string | undefined): { readonly at?: string } {
  return text ? { at: text } : {};
}

/** Where a run was interrupted; of one that ended otherwise and has no results, how. */
function whereItEnded([end, ...before]: readonly Event[]): string | undefined {
  const reason = end?.['reason'];
  return reason === 'interrupted' ? before.map(describe).find((place) => place !== undefined) : typeof reason === 'string' ? reason : undefined;
}

function describe(event: Event | undefined): string | undefined {
  return typeof event?.['epoch'] === 'number' ? `epoch ${event['epoch']}${typeof event['step'] === 'number' ? `, step ${event['step']}` : ''}` : undefined;
}

/** A line of a log. */
type Event = Readonly<Record<string, unknown>>;

/** The last lines of a log, the last one first. */
function lastEvents(file: string): Event[] {
  const lines = tail(file).trimEnd().split('\n').reverse().slice(0, 4);
  return lines.flatMap((line) => {
    try {
      const event: unknown = JSON.parse(line);
      return typeof event === 'object' && event !== null ? [event as Event] : [];
    } catch {
      // Being written, or cut off.
      return [];
    }
  });
}

const tailBytes = 4096;

/** Empty where there is no such file. */
function tail(file: string): string {
  let opened: number;
  try {
    opened = openSync(file, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(opened);
    const bytes = Buffer.alloc(Math.min(tailBytes, size));
    return bytes.toString('utf8', 0, readSync(opened, bytes, 0, bytes.length, size - bytes.length));
  } catch {
    return '';
  } finally {
    closeSync(opened);
  }
}
