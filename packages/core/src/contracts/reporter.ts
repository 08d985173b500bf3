/** Where a run tells how it goes. The command line draws it on a terminal, prints plain lines into a log, or nothing with --quiet. */
export interface Reporter {
  /** One line worth knowing. */
  notice(message: string): void;
  /** Something that the user should look at; shown even with --quiet. */
  warn(message: string): void;
  /** Called often; the reporter thins it out. */
  progress(state: ProgressState): void;
}

export interface ProgressState {
  /** What is being done: `training`, `scoring replay`. */
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  /** What `done` counts: `steps`, `images`. */
  readonly unit: string;
  /** Short figures of the moment: `loss 0.412`. */
  readonly detail?: string;
}

export const silentReporter: Reporter = { notice: () => {}, warn: () => {}, progress: () => {} };
