import type { Command } from 'commander';
import type { OutputOptions } from './output.ts';
import type { Terminal } from './terminal.ts';

/** What a command gets from `main`. */
export interface CommandContext {
  /** The command that a new one is added to: the program, or a group such as `gradalign data`. */
  readonly parent: Command;
  /**
   * Runs a command's action. What it returns is the exit code: 0 success, 1 failed, 2 wrong usage or configuration, 130 interrupted.
   * What it throws becomes a message and an exit code.
   */
  run(action: (terminal: Terminal) => Promise<number>, options: OutputOptions): Promise<void>;
}
