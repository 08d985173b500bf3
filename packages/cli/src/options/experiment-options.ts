import type { LoadedExperiment } from '@gradalign/core';
import type { Command } from 'commander';
import type { OutputOptions } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { resolveFrom } from './bundled-plugins.ts';
import { withDataOption } from './data-option.ts';
import { withOutputOptions } from './output-options.ts';
import { repeatable } from './repeatable.ts';
import { type TrustOption, withTrustOption } from './trust-option.ts';

/** Options of the commands that read an experiment. */
export interface ExperimentOptions extends OutputOptions, TrustOption {
  /** `path=value`, in the order given. */
  readonly set: readonly string[];
  /** `domain=folder`, in the order given. */
  readonly data: readonly string[];
}

export function withExperimentOptions(command: Command): Command {
  return withOutputOptions(
    withTrustOption(withDataOption(command.addOption(repeatable('--set <path=value>', 'override a value of the experiment, such as optimizer.rho=0.05')))),
  );
}

/** The experiment of a file with its `--set` options, its warnings shown. */
export async function readExperiment(
  file: string,
  { set, data = [], trust = [], isRun }: Pick<ExperimentOptions, 'set' | 'trust'> & Partial<Pick<ExperimentOptions, 'data'>> & { readonly isRun?: boolean },
  terminal: Terminal,
): Promise<LoadedExperiment> {
  const { loadExperiment } = await import('@gradalign/core');
  const loaded = await loadExperiment(file, { set, data, trust, env: process.env, resolveFrom, ...(isRun ? { isRun } : {}) });
  for (const warning of loaded.warnings) terminal.warn(warning);
  return loaded;
}
