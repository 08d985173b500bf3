/** Receives the messages and the progress of a run. The command line draws them on a terminal, prints plain lines to a log, or nothing with --quiet. */
export interface Reporter {
  /** One line of information. */
  notice(message: string): void;
  /** A warning, one line; shown even with --quiet. */
  warn(message: string): void;
  /** Called often; the reporter thins it out. */
  progress(state: ProgressState): void;
}

/** How far a phase of a run is. */
export interface ProgressState {
  /** What is being done: `training`, `scoring replay`. */
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  /** What `done` counts: `steps`, `images`. */
  readonly unit: string;
  /** Current figures, short: `loss 0.412`. */
  readonly detail?: string;
}

/** A reporter that discards everything. */
export const silentReporter: Reporter = { notice: () => {}, warn: () => {}, progress: () => {} };
