import type { LoadOptions } from '@gradalign/core';
import type { Picture } from './plots/draw-plot.ts';

/** A report: the page, and its plots. */
export interface Report {
  /** The whole file. */
  readonly html: string;
  readonly pictures: readonly Picture[];
}

/** Options of all reports. */
export interface ReportOptions {
  /** A threshold of a deployed system: adds the figures at it. */
  readonly threshold?: number;
  /** Name of the decision that the summary and the worst errors are at (default: the last that applies to the test scores). */
  readonly decision?: string;
  /** Rounds of the bootstrap; 0 for no intervals (default 1000; 200 for more than 200,000 scores). */
  readonly rounds?: number;
  /** Whether the worst errors of a run show where the network looked (default: true). Loads the engine, where there are pictures. */
  readonly heatMaps?: boolean;
  /** How the experiments of runs are loaded, for the pictures of their data. */
  readonly load?: LoadOptions;
}
