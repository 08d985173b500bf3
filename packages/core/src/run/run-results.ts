import type { Unavailable } from '../contracts/unavailable.ts';
import type { LeftOutByDomain } from '../data/left-out.ts';
import type { ProtocolRecord } from '../data/protocol-record.ts';
import type { OfferedWeightsResults } from '../evaluation/evaluate-offer.ts';
import type { WeightsFigures } from '../evaluation/evaluate-weights.ts';
import { readSealed } from '../files/read-sealed.ts';
import { seal } from '../files/sealed-json.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { ExtensionRecord } from './describe-extension.ts';
import { resultsShape } from './results-shape.ts';
import type { RunIdentity } from './run-identity.ts';

const maxBytes = 2 ** 28;

/** The content of a run's `results.json`. The figures are those of the weights after its last step. */
export interface RunResults extends WeightsFigures {
  /** The optimizer's name. */
  readonly method: string;
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  /** Epochs trained: fewer than asked for if a callback stopped the run. */
  readonly epochs: number;
  /** Steps taken, by kind: `{ erm: 20, gac: 30 }`. */
  readonly steps: Readonly<Record<string, number>>;
  /** Which run these are the results of; absent in runs made by older versions. */
  readonly identity?: RunIdentity;
  /** The times that the run was given more epochs, and what it equals then; absent where it never was. */
  readonly extended?: readonly ExtensionRecord[];
  /** Name of the checkpoint that was evaluated. */
  readonly checkpoint: string;
  /** What was trained on, held out and tested on, with counts; absent in runs made by older versions. */
  readonly protocol?: ProtocolRecord;
  /** How the images of each source domain were made, where its data set knows: `null` where it does not. Absent in runs made by older versions. */
  readonly preparation?: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  /** What the domains left out, and why; absent in runs made by older versions. */
  readonly leftOut?: LeftOutByDomain;
  /** What decoding did to the pixels of images: how many files, by kind. Absent where nothing was done. */
  readonly pixels?: Readonly<Record<string, number>>;
  /** Figures of the weights that callbacks offered, by name; or why there are none. Absent if no callback offers any. */
  readonly weights?: Readonly<Record<string, OfferedWeightsResults | Unavailable>>;
  /** Seconds of training (over all sessions of a resumed run), and of evaluating the run's own weights. */
  readonly seconds: { readonly training: number; readonly evaluation: number };
}

/**
 * Writes `results.json`, atomically, with a digest of its content.
 *
 * @throws UserError if it cannot be written.
 */
export function writeRunResults(file: string, results: RunResults): void {
  writeAtomically(file, `${JSON.stringify(seal(results), null, 2)}\n`);
}

/**
 * The results of a finished run; undefined if the file does not exist.
 *
 * @throws UserError if the file cannot be read, is not what a run writes, or does not have the content that its digest was taken of.
 */
export function readRunResults(file: string): RunResults | undefined {
  return readSealed(file, {
    shape: resultsShape,
    maxBytes,
    expected: 'the results of a finished run (remove the file and resume the run to write it again)',
  });
}
