import { existsSync, readFileSync } from 'node:fs';
import { cannot } from '../contracts/errors.ts';
import type { Unavailable } from '../contracts/unavailable.ts';
import type { ProtocolRecord } from '../data/protocol-record.ts';
import type { OfferedWeightsResults } from '../evaluation/evaluate-offer.ts';
import type { WeightsFigures } from '../evaluation/evaluate-weights.ts';

/** `results.json` of a run. The figures are those of its last step's weights. */
export interface RunResults extends WeightsFigures {
  /** The optimizer's name. */
  readonly method: string;
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  readonly epochs: number;
  /** Steps taken, by kind: `{ erm: 20, gac: 30 }`. */
  readonly steps: Readonly<Record<string, number>>;
  /** Name of the checkpoint that was evaluated. */
  readonly checkpoint: string;
  /** What was trained on, held out and tested on, with counts; absent in runs of older versions. */
  readonly protocol?: ProtocolRecord;
  /** Weights beside the run's own, by name, or why there are none of it; absent where no callback offers any. */
  readonly weights?: Readonly<Record<string, OfferedWeightsResults | Unavailable>>;
  readonly seconds: { readonly training: number; readonly evaluation: number };
}

/** The figures of a finished run; undefined where there are none yet. */
export function readRunResults(file: string): RunResults | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunResults;
  } catch (cause) {
    throw cannot(`read ${file}`, (cause as Error).message, 'the figures of a finished run (remove the file, and resume the run to write it again)', { cause });
  }
}
