/** Why something is not there: what stands in its place, in results and in the report. */
export interface Unavailable {
  /** One sentence: `Cannot compute auc: all 12 samples are attacks, expected bona fide samples too`. */
  readonly error: string;
}
