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
import { type RunData, StudyData } from './study-data.ts';

/** A run of a study, before it is looked for. */
export interface WantedRun {
  readonly method: string;
  /** The domain that is left out, or the protocol. */
  readonly target: string;
  readonly seed: number;
  readonly loaded: LoadedExperiment;
}

/** Where a run of a study is, or will be. */
export interface FoundRun {
  readonly folder: string;
  /** The digest of its identity, which the folder's name begins; absent where its data cannot be read. */
  readonly fingerprint?: string;
  /** Set where it is finished. */
  readonly results?: RunResults;
  /** Why it cannot be run: its results are damaged, or its data cannot be read, and no run or several fit without them. */
  readonly problem?: UserError;
}

/** A run that a study asks for, with its experiment loaded and its folder known. */
export interface PlannedRun extends WantedRun, FoundRun {}

/** Finds the folders of a study's runs. Domains are read once for runs that share them. */
export function studyFolders(output: string, reporter: Reporter, knownData = new KnownData()): { find(run: WantedRun): Promise<FoundRun> } {
  const study = new StudyData(knownData);
  return {
    async find(run) {
      let there: RunData | undefined;
      let unreadable: UserError | undefined;
      try {
        there = await study.of(run.loaded);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        unreadable = error;
      }
      const { experiment, catalogue } = run.loaded;
      const identity = identifyRun(experiment, catalogue, there?.data ?? {});
      const prefix = runFolderPrefix(run);
      const fitting = foldersOf(output, prefix).flatMap((folder) => matching(folder, run, identity, there, reporter) ?? []);
      const [found, another] = unreadable ? fitting.filter(({ results }) => results) : fitting;
      // Without the data one run is taken as it is; which of several is not known.
      const ambiguous = unreadable && (!found || another);
      if (found && unreadable)
        reporter.warn(`${found.folder}: the data cannot be read here, so whether they are the same is not checked (${unreadable.message})`);
      const digest = unreadable ? {} : { fingerprint: identity.digest };
      if (found && !ambiguous) return { ...found, ...digest };
      const short = join(output, `${prefix}${identity.digest.slice(0, 6)}`);
      return {
        folder: occupiedBy(short) ? join(output, `${prefix}${identity.digest.slice(0, 12)}`) : short,
        ...digest,
        ...(unreadable ? { problem: unreadable } : {}),
      };
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
    if (!results) return { folder };
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

/** What the name of a run's folder begins with; the first digits of its fingerprint follow. */
export function runFolderPrefix({ method, target, seed }: Omit<WantedRun, 'loaded'>): string {
  return `${method}-${folderName(target)}-seed${seed}-`;
}

/** Those in which a run of this name was started, whatever its fingerprint: that of earlier versions had paths in it. */
function foldersOf(output: string, prefix: string): string[] {
  if (!isFolder(output)) return [];
  return readdirSync(output)
    .filter(
      (name) => name.startsWith(prefix) && /^[\da-f]{6}([\da-f]{6})?$/.test(name.slice(prefix.length)) && existsSync(runPaths(join(output, name)).experiment),
    )
    .sort()
    .map((name) => join(output, name));
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
