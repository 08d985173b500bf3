import type { Decision, RunResults } from '@gradalign/core';
import type { Aggregate } from '@gradalign/metrics';
import type { RunHistory } from './read-log.ts';
import type { FullScores } from './read-scores.ts';

/** One trained model, or one system known by its scores alone: what a report is about. Everything but its name may be missing. */
export interface Subject {
  /** For people: the folder's or file's name, or `gac, doorbell, seed 0` in a study. */
  readonly name: string;
  /** Folder of the run, or the score file. */
  readonly path: string;
  /** Subjects of one group have one color: the method, in a study. */
  readonly group: string;
  /** Test scores, higher = bona fide. */
  readonly test?: FullScores;
  /** Scores of data that were neither trained nor tested on. */
  readonly dev?: FullScores;
  /** Fixed before the test; used where `dev` is missing. */
  readonly thresholds?: FixedOperatingPoint;
  /** From frames to a video. */
  readonly aggregate: Aggregate;
  readonly history?: RunHistory;
  readonly results?: PartialResults;
  /** The resolved experiment as plain data, and as text. */
  readonly experiment?: { readonly values: Readonly<Record<string, unknown>>; readonly text: string };
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly sharpness?: Readonly<Record<string, unknown>>;
  readonly landscape?: Readonly<Record<string, unknown>>;
  readonly features?: Readonly<Record<string, unknown>>;
  /** Thresholds that somebody chose for it, by name. */
  readonly decisions?: ReadonlyMap<string, Decision>;
  /** How score files were read, one line each. */
  readonly notes?: readonly string[];
  /** What is missing or cannot be read, one sentence each. */
  readonly problems: readonly string[];
}

/** Thresholds for single frames and for videos, on the scale of the scores, and where they come from. */
export interface FixedOperatingPoint {
  readonly frame: number;
  readonly video: number;
  readonly from: string;
}

/** Results of a run of any version. */
export type PartialResults = Partial<RunResults>;
