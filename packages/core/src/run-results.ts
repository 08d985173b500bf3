import { existsSync, readFileSync } from 'node:fs';
import { cannot } from './errors.ts';
import type { EvaluationResult, Unavailable } from './evaluation.ts';
import type { OperatingPoints } from './operating-point.ts';
import type { ProtocolRecord } from './protocol-record.ts';

/** `results.json` of a run. */
export interface RunResults {
  /** The optimizer's name. */
  readonly method: string;
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  readonly epochs: number;
  /** Steps taken, by kind: `{ erm: 20, gac: 30 }`. */
  readonly steps: Readonly<Record<string, number>>;
  /** Name of the checkpoint that was evaluated. */
  readonly checkpoint: string;
  /** Thresholds for deployment, from the held-out source share; or why there are none. */
  readonly thresholds: OperatingPoints | Unavailable;
  /** What was trained on, held out and tested on, with counts; absent in runs of older versions. */
  readonly protocol?: ProtocolRecord;
  /** Figures on the held-out share at the last evaluation, by metric name. */
  readonly validation?: Readonly<Record<string, number>>;
  /** Absent where the experiment names no target. */
  readonly evaluation?: EvaluationResult;
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
