import type { ResultsStudy } from './study-definition.ts';

/** `docs/results.json`: all that the page is made of, whatever became of the runs' folders. */
export interface StudyResults {
  readonly study: ResultsStudy;
  readonly benchmarks: Readonly<Record<string, BenchmarkResults>>;
  /** What it was made on, from the first run. */
  readonly machine: { readonly cpu: string; readonly cores: number; readonly engine: string; readonly node: string };
}

export interface BenchmarkResults {
  /** As it was run: model, image side, batch and so on, for the page. */
  readonly network: { readonly model: string; readonly imageSize: number; readonly batch: number; readonly epochs: number };
  /** Mean seconds of processor time of one training run, by method, and of one measurement of sharpness (0 where none is measured). */
  readonly cost: { readonly run: Readonly<Record<string, number>>; readonly sharpness: number };
  readonly cells: readonly CellResults[];
}

/** One method with one domain left out. */
export interface CellResults {
  readonly target: string;
  readonly method: string;
  readonly chosen: { readonly settings: Readonly<Record<string, unknown>>; readonly figure: number; readonly trials: number; readonly diverged: number };
  readonly runs: readonly RunFigures[];
  /** Seeds whose run diverged. */
  readonly diverged: readonly number[];
}

export interface RunFigures {
  readonly seed: number;
  /** Of the target, by the names of the benchmark's figures; shares in 0..1. */
  readonly figures: Readonly<Record<string, number>>;
  /** The figure that settings are chosen by, on the held-out share of the sources. */
  readonly heldOut: number;
  /** Steps by kind. */
  readonly steps: Readonly<Record<string, number>>;
  /** Where the benchmark measures it. */
  readonly sharpness?: SharpnessFigures;
}

export interface SharpnessFigures {
  /** ‖θ‖ of the trained weights. */
  readonly weightNorm: number;
  /** By domain; the target is among them. */
  readonly domains: Readonly<Record<string, DomainFigures>>;
}

export interface DomainFigures {
  readonly loss: number;
  readonly eigenvalue: number;
  /** ‖H v - λ v‖ / |λ|. */
  readonly residual: number;
  /** Mean over random directions, minus the loss. */
  readonly random: number;
  /** Minus the loss. */
  readonly adversarial: number;
}
