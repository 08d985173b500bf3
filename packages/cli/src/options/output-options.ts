import type { Command } from 'commander';

/** Every command has these: what it prints. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function withOutputOptions(command: Command): Command {
  return command.option('--json', 'print the result as JSON').option('-q, --quiet', 'print no progress and no notices');
}
