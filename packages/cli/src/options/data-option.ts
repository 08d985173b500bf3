import type { Command } from 'commander';
import { repeatable } from './repeatable.ts';

/** `--data domain=folder`: where the data are on this machine. */
export function withDataOption(command: Command): Command {
  return command.addOption(repeatable('--data <domain=folder>', 'where the data of a domain are, instead of where the experiment says'));
}
