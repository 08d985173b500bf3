import type { Command } from 'commander';

/** Options that every command with an experiment shares. */
export interface ExperimentOptions {
  readonly set: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function withExperimentOptions(command: Command): Command {
  return withOutputOptions(
    command.option(
      '--set <path=value>',
      'change a value of the experiment; may be repeated (--set optimizer.rho=0.05)',
      (value: string, all: string[]) => [...all, value],
      [] as string[],
    ),
  );
}

export function withOutputOptions(command: Command): Command {
  return command.option('--json', 'print the result as JSON').option('-q, --quiet', 'no progress and no notices');
}

/** Where plugins are looked for besides the experiment's own folder: beside this command, so that the bundled packages are always found. */
export const bundledPlugins = import.meta.url;
