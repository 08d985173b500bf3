import type { Command } from 'commander';
import type { OutputOptions } from '../output.ts';
import { withOutputOptions } from './output-options.ts';
import { repeatable } from './repeatable.ts';

/** Options of the commands that show what plugins offer. */
export interface PluginOptions extends OutputOptions {
  /** Packages or files besides the bundled plugins. */
  readonly plugin: readonly string[];
}

export function withPluginOptions(command: Command): Command {
  return withOutputOptions(command.addOption(repeatable('--plugin <package or file>', 'load a plugin besides the bundled ones')));
}
