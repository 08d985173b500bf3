import type { TrainedRun } from '@gradalign/core';
import type { Command } from 'commander';
import type { OutputOptions } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { resolveFrom } from './bundled-plugins.ts';
import { withDataOption } from './data-option.ts';
import { type TrustOption, withTrustOption } from './trust-option.ts';

/** Options of the commands that use a trained run. */
export interface RunOptions extends OutputOptions, TrustOption {
  readonly checkpoint?: string;
  readonly weights?: string;
  /** `domain=folder`, in the order given. */
  readonly data: readonly string[];
}

export function withCheckpointOption(command: Command): Command {
  return withTrustOption(withDataOption(command.option('--checkpoint <name>', 'use this checkpoint (default: the one that the results of the run come from)')));
}

export function withWeightsOption(command: Command): Command {
  return command.option('--weights <name>', "use weights that a callback offered at the end of the run: ema, swa, swad, best (default: raw, the run's own)");
}

/** Opens the run of a folder with its `--checkpoint` and `--weights` options; the caller disposes of it. */
export async function openRun(
  folder: string,
  { checkpoint, weights, data, trust = [] }: RunOptions,
  terminal: Terminal,
  { withoutData = false }: { readonly withoutData?: boolean } = {},
): Promise<TrainedRun> {
  const { openTrainedRun } = await import('@gradalign/core');
  return openTrainedRun(folder, {
    reporter: terminal,
    env: process.env,
    data,
    resolveFrom,
    trust,
    ...(withoutData ? { withoutData } : {}),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(weights === undefined ? {} : { weights }),
  });
}
