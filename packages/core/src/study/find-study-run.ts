import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { LoadedExperiment } from '../configuration/load-experiment.ts';
import { UserError } from '../contracts/errors.ts';
import type { Reporter } from '../contracts/reporter.ts';
import { KnownData } from '../data/known-data.ts';
import { unsafeName } from '../files/unsafe-name.ts';
import { strangeness } from '../run/find-finished.ts';
import { readRecordedRun } from '../run/recorded-run.ts';
import { isFolder, occupiedBy, runPaths } from '../run/run-folder.ts';
import { compareIdentities, identifyRun, type RunIdentity } from '../run/run-identity.ts';
import { type RunResults, readRunResults } from '../run/run-results.ts';
import { readDiverged } from './diverged-trial.ts';
import { type RunData, StudyData } from './study-data.ts';

/** A run of a study, before it is looked for. */
export interface WantedRun {
  readonly method: string;
  /** The domain that is left out, or the protocol. */
  readonly target: string;
  readonly seed: number;
  /** Number of a search's trial, which has no target; absent for the runs of the study. */
  readonly trial?: number;
  /** What its folder is named by in place of its fingerprint: a run whose settings are yet to be chosen has a folder before them. */
  readonly named?: string;
  readonly loaded: LoadedExperiment;
}

/** Where a run of a study is, or will be. */
export interface FoundRun {
  readonly folder: string;
  /** The digest of its identity, which the folder's name begins; absent where its data cannot be read. */
  readonly fingerprint?: string;
  /** Set where it is finished. */
  readonly results?: RunResults;
  /** Set where it was a trial whose loss or weights stopped being finite: the message. */
  readonly diverged?: string;
  /** Why it cannot be run: its results are damaged, or its data cannot be read, and no run or several fit without them. */
  readonly problem?: UserError;
}

/** A run that a study asks for, with its experiment loaded and its folder known. */
export interface PlannedRun extends WantedRun, FoundRun {
  /** Epochs after which a trial is compared with the others before it goes on; absent where it is trained to its end. */
  readonly until?: number;
  /** Folders of the trials that its settings are chosen from and that are not finished; `loaded` has settings of one of them until then. */
  readonly waitsFor?: readonly string[];
}

/** Where the runs of a study are. */
export interface StudyFolders {
  readonly find: (run: WantedRun) => Promise<FoundRun>;
  /** The fingerprint of a run, whether or not it is there; with `problem` its data cannot be read, and are no part of it. */
  readonly identify: (run: WantedRun) => Promise<{ readonly digest: string; readonly problem?: UserError }>;
  /** Where a run of this fingerprint begins. */
  readonly folderOf: (run: WantedRun, digest: string) => string;
}

/** Finds the folders of a study's runs. Domains are read once for runs that share them. */
export function studyFolders(output: string, reporter: Reporter, knownData = new KnownData()): StudyFolders {
  const study = new StudyData(knownData);
  const identify = async ({ loaded }: WantedRun) => {
    let there: RunData | undefined;
    let problem: UserError | undefined;
    try {
      there = await study.of(loaded);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problem = error;
    }
    const identity = identifyRun(loaded.experiment, loaded.catalogue, there?.data ?? {});
    return { identity, digest: identity.digest, ...(there ? { there } : {}), ...(problem ? { problem } : {}) };
  };
  const folderOf = (run: WantedRun, digest: string) => freeFolder(runPlace(output, run), run.named ?? digest, digest);
  return {
    identify,
    folderOf,
    async find(run) {
      const { identity, there, problem: unreadable } = await identify(run);
      const fitting = foldersOf(runPlace(output, run)).flatMap((folder) => matching(folder, run, identity, there, reporter) ?? []);
      const [found, another] = unreadable ? fitting.filter(({ results }) => results) : fitting;
      // Without the data one run is taken as it is; which of several is not known.
      const ambiguous = unreadable && (!found || another);
      if (found && unreadable)
        reporter.warn(`${found.folder}: the data cannot be read here, so whether they are the same is not checked (${unreadable.message})`);
      const digest = unreadable ? {} : { fingerprint: identity.digest };
      if (found && !ambiguous) return { ...found, ...digest };
      return { folder: folderOf(run, identity.digest), ...digest, ...(unreadable ? { problem: unreadable } : {}) };
    },
  };
}

/** The run in a folder where it is the wanted one, finished or not. */
function matching(
  folder: string,
  { loaded: { experiment, catalogue } }: WantedRun,
  identity: RunIdentity,
  there: RunData | undefined,
  reporter: Reporter,
): FoundRun | undefined {
  const paths = runPaths(folder);
  try {
    const recorded = readRecordedRun(paths, catalogue);
    const was = there ? recorded.identity : { settings: recorded.identity.settings };
    const { settings, data, extended } = compareIdentities(
      { identity: was, listed: recorded.listed },
      { identity, listed: there?.data },
      { experiment, catalogue },
    );
    if (settings.length > 0 || extended) return undefined;
    if (data.length > 0) {
      reporter.notice(`${folder} is a run on other data, not used: ${data.join('; ')}`);
      return undefined;
    }
    const results = resultsIn(paths.results);
    const diverged = results ? undefined : readDiverged(folder);
    if (!results) return { folder, ...(diverged === undefined ? {} : { diverged }) };
    if (results instanceof UserError) return { folder, problem: results };
    const strange = there ? strangeness(results, paths, { experiment, catalogue, identity, domains: there.domains, reporter }) : undefined;
    const longer = results.extended?.find(({ same }) => !same);
    if (strange === undefined && !longer) return { folder, results };
    reporter.notice(`${folder}: results.json is not of this run: ${strange ?? longer?.about}`);
    return longer ? undefined : { folder };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    reporter.warn(`${folder} is not used: ${error.message}`);
    return undefined;
  }
}

/** The error where they are damaged: the run is the wanted one, and another must not take its place. */
function resultsIn(file: string): RunResults | UserError | undefined {
  try {
    return readRunResults(file);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** Which run of a study, or trial of its search. */
type NamedRun = Pick<WantedRun, 'method' | 'target' | 'seed' | 'trial'>;

/** Where the folders of a run are, whatever its fingerprint. */
export interface RunPlace {
  /** The folder that they stand in. */
  readonly above: string;
  /** What their names begin with; `-` and the first digits of the fingerprint follow. */
  readonly name: string;
  /** The name alone is one too, and taken first. */
  readonly bare: boolean;
}

/** `gac-office-seed0-1a2b3c` for a run, `search/gac-office/trial-007` for a trial. */
export function runPlace(output: string, { method, target, seed, trial }: NamedRun): RunPlace {
  if (trial === undefined) return { above: output, name: `${method}-${folderName(target)}-seed${seed}`, bare: false };
  return { above: join(output, searchFolder, searchName(method, target)), name: `trial-${String(trial).padStart(3, '0')}`, bare: true };
}

/** In the study's folder: that of the trials. */
export const searchFolder = 'search';

/** The folder of a method's trials for a target, or of its choice over all targets. */
export function searchName(method: string, target?: string): string {
  return target === undefined ? method : `${method}-${folderName(target)}`;
}

/** Whether a folder of this name belongs there. */
export function isAtPlace({ name, bare }: RunPlace, folder: string): boolean {
  if (folder === name) return bare;
  return folder.startsWith(`${name}-`) && /^[\da-f]{6}([\da-f]{6})?$/.test(folder.slice(name.length + 1));
}

function folderFor({ above, name }: RunPlace, digest: string, digits: number): string {
  return join(above, `${name}-${digest.slice(0, digits)}`);
}

/** The first that holds nothing; else the last, which says more than others what the run is. */
function freeFolder(place: RunPlace, named: string, own: string): string {
  const names = [...(place.bare ? [join(place.above, place.name)] : []), folderFor(place, named, 6), folderFor(place, named, 12)];
  return names.find((folder) => !occupiedBy(folder)) ?? folderFor(place, own, 12);
}

/** Those in which a run of this name was started, whatever its fingerprint: that of earlier versions had paths in it. */
function foldersOf(place: RunPlace): string[] {
  if (!isFolder(place.above)) return [];
  return readdirSync(place.above)
    .filter((name) => isAtPlace(place, name) && existsSync(runPaths(join(place.above, name)).experiment))
    .sort()
    .map((name) => join(place.above, name));
}

/** A protocol may be a file: its own name stands in the folder's. */
function folderName(target: string): string {
  return unsafeName(target) === undefined
    ? target
    : basename(target.replaceAll('\\', '/'))
        .replace(/\.ya?ml$/i, '')
        .replace(/[^\p{L}\p{N} _-]/gu, '-')
        .slice(0, 60);
}
