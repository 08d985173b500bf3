import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { cannot, readSearchChoice, type SearchOutcome, type Study, searchOutcomes, UserError, type WholePlan } from '@gradalign/core';
import { isRunFolder, readRun, record } from './read-run.ts';
import type { Subject } from './subject.ts';

/** A study with what became of each of its runs. */
export interface StudyState {
  readonly name: string;
  readonly path: string;
  /** As far as it is known: of a folder alone, what its runs say. */
  readonly study: Omit<Study, 'experiment' | 'output'>;
  readonly runs: readonly StudyRunState[];
  /** Folders in the study's place that belong to none of its runs: of other settings, say. */
  readonly others: readonly string[];
  /** What its search has chosen; empty without one. */
  readonly searches: readonly SearchOutcome[];
  /** Choices that cannot be read, in sentences. */
  readonly damagedChoices: readonly string[];
}

/** One run of a study. */
export interface StudyRunState {
  readonly method: string;
  /** The domain that was left out, or the protocol. */
  readonly target: string;
  readonly seed: number;
  readonly folder: string;
  /** `unfinished`: it was interrupted, failed, was killed, or is still running. `apart`: it is finished, and its figures do not compare with the others. */
  readonly state: 'finished' | 'unfinished' | 'missing' | 'apart';
  /** How far it came; absent for finished runs. */
  readonly why?: string;
  /** Absent for missing runs. */
  readonly subject?: Subject;
}

/** The runs that a study plans, by what their folders hold. */
export async function readPlannedStudy(file: string, study: Study, { runs: plan, searches }: Pick<WholePlan, 'runs' | 'searches'>): Promise<StudyState> {
  const found = await Promise.all(plan.map(({ method, target, seed, folder, problem }) => stateOf({ method, target, seed }, folder, problem?.message)));
  const runs = comparable(found);
  const planned = new Set(plan.map(({ folder }) => resolve(folder)));
  const others = runFolders(study.output).filter((folder) => !planned.has(resolve(folder)));
  return { name: basename(resolve(study.output)), path: file, study, runs, others, searches: searchOutcomes(searches), damagedChoices: [] };
}

/**
 * A study known by its folder: what its runs' names and experiments say. Combinations of method, target and seed that others have and that are not there
 * are missing.
 *
 * @throws UserError where the folder holds no runs
 */
export async function readStudyFolder(folder: string): Promise<StudyState> {
  const named = runFolders(folder).flatMap((run) => {
    const found = /^(.+)-seed(\d+)-[0-9a-f]{6}$/.exec(basename(run));
    return found ? [{ run, rest: found[1] as string, seed: Number(found[2]) }] : [{ run, rest: basename(run), seed: Number.NaN }];
  });
  if (named.length === 0)
    throw cannot(
      `report on ${folder}`,
      'it holds neither a run nor the runs of a study',
      'the folder of a run, the folder of a study, a study.yaml, or score files',
      { exitCode: 2 },
    );
  const subjects = await Promise.all(named.map(({ run }) => readRun(run)));
  const read = named.map(({ run, rest, seed }, i) => {
    const subject = subjects[i] as Subject;
    const data = record(subject.experiment?.values['data']);
    const candidates = [data['follows'], ...Object.keys(record(data['target']))].filter((name) => typeof name === 'string' && rest.endsWith(`-${name}`));
    const target = candidates.sort((a, b) => String(b).length - String(a).length)[0];
    const method = typeof target === 'string' ? rest.slice(0, -target.length - 1) : rest;
    const own = subject.experiment?.values['seed'];
    return {
      run,
      subject,
      method,
      target: typeof target === 'string' ? target : 'unknown',
      seed: Number.isNaN(seed) ? Number(own ?? 0) : seed,
      protocol: typeof target === 'string' && target === data['follows'],
    };
  });
  const methods = [...new Set(read.map(({ method }) => method))];
  const targets = [...new Set(read.map(({ target }) => target))];
  const seeds = [...new Set(read.map(({ seed }) => seed))].sort((a, b) => a - b);
  const taken = new Set<string>();
  const states = seeds.flatMap((seed) =>
    targets.flatMap((target) =>
      methods.map(async (method): Promise<StudyRunState> => {
        const same = read.filter((one) => one.seed === seed && one.target === target && one.method === method);
        // Of several versions of one run the one that was finished, else the last by name.
        const chosen = same.find(({ subject }) => subject.results) ?? same.at(-1);
        if (!chosen) return { method, target, seed, folder: '', state: 'missing', why: 'there is no run of it in the folder' };
        taken.add(chosen.run);
        return stateOf({ method, target, seed }, chosen.run);
      }),
    ),
  );
  const runs = comparable(await Promise.all(states));
  const byProtocol = read.some(({ protocol }) => protocol);
  return {
    ...{ name: basename(resolve(folder)), path: folder, runs, ...readChoices(folder) },
    study: {
      methods: Object.fromEntries(methods.map((method) => [method, {}])),
      seeds,
      leaveOut: byProtocol ? [] : targets,
      ...(byProtocol ? { protocols: targets } : {}),
    },
    others: read.filter(({ run }) => !taken.has(run)).map(({ run }) => run),
  };
}

async function stateOf(which: Pick<StudyRunState, 'method' | 'target' | 'seed'>, folder: string, problem?: string): Promise<StudyRunState> {
  if (!isRunFolder(folder)) return { ...which, folder, state: 'missing', why: problem?.split('\n')[0] ?? 'it was not started' };
  const subject = await readRun(folder, { name: `${which.method}, ${which.target}, seed ${which.seed}`, group: which.method });
  if (subject.results) return { ...which, folder, state: 'finished', subject };
  const last = subject.history?.steps.at(-1);
  const where = last ? `after step ${last.step + 1}, epoch ${last.epoch + 1}` : 'before its first step';
  const broken = subject.problems.find((problem) => problem.startsWith('results') && !problem.endsWith('is missing'));
  const how = subject.history?.end?.reason === 'interrupted' ? 'interrupted' : 'failed, killed or still running:';
  return { ...which, folder, state: 'unfinished', why: broken ?? `${how} ${where}`, subject };
}

/**
 * Runs of older versions rank by probabilities, which tie where logits do not: their figures stand in no table with those of the others. Where all are
 * older they compare.
 */
function comparable(runs: readonly StudyRunState[]): StudyRunState[] {
  const scaleOf = ({ subject }: StudyRunState) => record(subject?.results?.evaluation)['scale'];
  const byLogit = runs.some((run) => run.state === 'finished' && scaleOf(run) === 'logit');
  return runs.map((run) =>
    run.state === 'finished' && byLogit && isBinary(run) && scaleOf(run) !== 'logit'
      ? { ...run, state: 'apart', why: 'an older version scored it by probabilities, the others are scored by logits; train it again to compare them' }
      : run,
  );
}

function isBinary({ subject }: StudyRunState): boolean {
  return record(subject?.results?.evaluation)['figures'] === undefined;
}

/** The choices that stand in the folder of a study, by name. */
function readChoices(folder: string): Pick<StudyState, 'searches' | 'damagedChoices'> {
  const above = join(folder, 'search');
  const searches: SearchOutcome[] = [];
  const damagedChoices: string[] = [];
  if (existsSync(above) && statSync(above).isDirectory()) {
    for (const name of readdirSync(above).sort()) {
      try {
        const choice = readSearchChoice(join(above, name, 'choice.json'));
        if (!choice) continue;
        const targets = [...new Set(choice.trials.flatMap(({ runs }) => runs.map(({ target }) => target)))];
        searches.push({ method: choice.method, targets, trials: choice.trials.length, waiting: 0, choice });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        damagedChoices.push(error.message);
      }
    }
  }
  return { searches, damagedChoices };
}

function runFolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isRunFolder(join(folder, entry.name)))
    .map(({ name }) => join(folder, name))
    .sort();
}
