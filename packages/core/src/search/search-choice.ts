import { dirname } from 'node:path';
import { makeFolders } from '@gradalign/engine/files';
import { readBounded } from '@gradalign/pixels/files';
import { Type } from '@sinclair/typebox';
import { readSealed } from '../files/read-sealed.ts';
import { seal } from '../files/sealed-json.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { SearchRanges, Settings } from './search-range.ts';

/** The figure on the held-out share of the source domains that trials are compared by. */
export interface TrialFigure {
  /** Name of the metric: `hter`. */
  readonly metric: string;
  readonly better: 'higher' | 'lower';
}

/** One trial of a search with what became of it. */
export interface SearchTrial {
  readonly trial: number;
  /** What was drawn. */
  readonly settings: Settings;
  /** `diverged`: its loss or weights stopped being finite on a target. `stopped`: left after a rung of successive halving. */
  readonly state: 'finished' | 'diverged' | 'stopped';
  /** Mean over the targets, after its last epoch; absent where it diverged, or has no such figure. */
  readonly figure?: number;
  /** Epochs that it was trained. */
  readonly epochs: number;
  /** Of its runs, one a target. */
  readonly runs: readonly { readonly target: string; readonly folder: string; readonly fingerprint?: string }[];
}

/** What a search found, with its evidence: the content of `choice.json`. Plain JSON. */
export interface SearchChoice {
  readonly method: string;
  /** The domain that is left out, or the protocol; absent where one choice is made over all targets. */
  readonly target?: string;
  readonly choose: TrialFigure;
  /** Of the draws and of every trial. */
  readonly seed: number;
  /** What was searched. */
  readonly of: SearchRanges;
  /** How trials were left early; absent where all were trained to their end. */
  readonly halving?: { readonly from: number; readonly factor: number };
  /** All of them, chosen or not, by number. */
  readonly trials: readonly SearchTrial[];
  /** The trial that was taken. */
  readonly trial: number;
  readonly settings: Settings;
  readonly figure: number;
}

/** One search of a study: its choice, or how far it is. Plain JSON. */
export interface SearchOutcome {
  readonly method: string;
  /** Those that the choice holds for: one, or all. */
  readonly targets: readonly string[];
  /** Trials of each target. */
  readonly trials: number;
  /** Runs of trials that are not finished. */
  readonly waiting: number;
  /** Absent where trials are not finished, or none can be taken. */
  readonly choice?: SearchChoice;
  /** Why no choice can be made. */
  readonly error?: string;
}

/** The best trial by its figure; of equal ones the first. Those that diverged, or were left after a rung, are never taken. Undefined where none has a figure. */
export function bestTrial(trials: readonly SearchTrial[], { better }: Pick<TrialFigure, 'better'>): (SearchTrial & { readonly figure: number }) | undefined {
  let best: (SearchTrial & { readonly figure: number }) | undefined;
  for (const trial of trials) {
    const { figure, state } = trial;
    if (state !== 'finished' || figure === undefined || !Number.isFinite(figure)) continue;
    if (!best || (better === 'higher' ? figure > best.figure : figure < best.figure)) best = { ...trial, figure };
  }
  return best;
}

/** Writes `choice.json` with a digest of its content, and its folder; nothing where it stands there already. */
export function writeSearchChoice(file: string, choice: SearchChoice): void {
  const text = `${JSON.stringify(seal(choice), null, 2)}\n`;
  try {
    if (readBounded(file, maxBytes).toString() === text) return;
  } catch {
    // Not there, or not ours: it is made of the trials, and written again.
  }
  makeFolders(dirname(file));
  writeAtomically(file, text);
}

const maxBytes = 2 ** 26;

/** What readers rely on; there may be more. */
const choiceShape = Type.Object({
  method: Type.String(),
  target: Type.Optional(Type.String()),
  choose: Type.Object({ metric: Type.String(), better: Type.Union([Type.Literal('higher'), Type.Literal('lower')]) }),
  seed: Type.Integer({ minimum: 0 }),
  of: Type.Record(Type.String(), Type.Record(Type.String(), Type.Array(Type.Unknown()))),
  trials: Type.Array(
    Type.Object({
      trial: Type.Integer({ minimum: 0 }),
      settings: Type.Record(Type.String(), Type.Unknown()),
      state: Type.String(),
      figure: Type.Optional(Type.Number()),
      epochs: Type.Integer({ minimum: 0 }),
      runs: Type.Array(Type.Object({ target: Type.String(), folder: Type.String() })),
    }),
  ),
  trial: Type.Integer({ minimum: 0 }),
  settings: Type.Record(Type.String(), Type.Unknown()),
  figure: Type.Number(),
});

/**
 * The choice in a file; undefined if it does not exist.
 *
 * @throws UserError if it cannot be read, is not what a search writes, or does not have the content that its digest was taken of.
 */
export function readSearchChoice(file: string): SearchChoice | undefined {
  return readSealed(file, { shape: choiceShape, maxBytes, expected: 'the choice of a search (gradalign compare writes it again)' });
}
