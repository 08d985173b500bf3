import type { Study, StudyRunName } from '@gradalign/core';
import type { Command } from 'commander';

/** Options that name one run of a study. */
export interface StudyRunOptions {
  readonly method?: string;
  readonly target?: string;
  readonly seed?: string;
  readonly trial?: string;
  readonly until?: string;
  readonly search?: boolean;
}

export function withStudyRunOptions(command: Command): Command {
  return command
    .option('--method <name>', 'of a study: the method of the run')
    .option('--target <name>', 'of a study: the domain that is left out, or the protocol')
    .option('--seed <n>', 'of a study: the seed of the run')
    .option('--trial <n>', 'of a study: in place of a seed, a trial of its search; the target is not read')
    .option('--search', "of a study: in place of a run, all trials of the method's search, one after another")
    .option('--until <epochs>', 'with --trial: pause after so many epochs, and note the figure that trials are compared by');
}

/**
 * The run that the options name; what a study has one of need not be named.
 *
 * @throws UserError, exit code 2, for a name that the study does not have.
 */
export async function readStudyRunName(file: string, study: Study, { method, target, seed, trial, search: all }: StudyRunOptions): Promise<StudyRunName> {
  const { cannot, searchedRanges, studyTargets, suggestion } = await import('@gradalign/core');
  const choose = (option: string, value: string | undefined, known: readonly string[]): string => {
    const [only, ...more] = known;
    if (value === undefined && only !== undefined && more.length === 0) return only;
    if (value !== undefined && known.includes(value)) return value;
    const is = value === undefined ? `--${option} is not given` : `the study has no ${option} '${value}'`;
    const near = value === undefined ? '' : suggestion(value, known);
    throw cannot(`train a run of the study ${file}`, is, `one of ${known.join(', ')}${near}`, { exitCode: 2 });
  };
  const targets = studyTargets(study);
  const own = choose('method', method, Object.keys(study.methods));
  // One choice over all targets has no target of its own.
  const isWhole = all && study.search?.per === 'method' && target === undefined;
  const named = { method: own, target: isWhole ? (targets[0] as string) : choose('target', target, targets) };
  if (trial === undefined && !all) return { ...named, seed: Number(choose('seed', seed, study.seeds.map(String))) };
  const refuse = (is: string, expected: string) => cannot(`train a trial of the study ${file}`, is, expected, { exitCode: 2 });
  const { search } = study;
  if (!search) throw refuse('it has no search', 'a run of it: --seed');
  if (!searchedRanges(study, named.method)) throw refuse(`method '${named.method}' is not searched`, 'a run of it: --seed, or another method');
  if (trial !== undefined && all) throw refuse('--trial and --search are both given', 'one of them');
  if (seed !== undefined && Number(seed) !== search.seed)
    throw refuse(`--seed is ${seed}`, `--trial alone: all trials have the seed of the search, ${search.seed}`);
  if (trial === undefined) return { ...named, seed: search.seed };
  if (!/^\d{1,4}$/.test(trial) || Number(trial) >= search.trials) throw refuse(`--trial is '${trial}'`, `a whole number from 0 to ${search.trials - 1}`);
  return { ...named, seed: search.seed, trial: Number(trial) };
}
