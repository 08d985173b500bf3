import type { Command } from 'commander';

export function withOutputOptions(command: Command): Command {
  return command
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'print no progress and no notices')
    .option('--debug', 'print stack traces of errors, also with the variable DEBUG=1');
}
