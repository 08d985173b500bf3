import type { Command } from 'commander';
import { repeatable } from './repeatable.ts';

/** Option of the commands that run plugins. */
export interface TrustOption {
  /** Packages, files and folders, relative to the working folder. */
  readonly trust?: readonly string[];
}

export function withTrustOption(command: Command): Command {
  return command.addOption(repeatable('--trust <path or package>', 'load this plugin, or those below this folder, although it is not part of your experiment'));
}
