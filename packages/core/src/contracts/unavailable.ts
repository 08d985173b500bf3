/** Takes the place of a figure or result that could not be had, in results and reports, and says why. */
export interface Unavailable {
  /** One sentence: `Cannot compute auc: all 12 samples are attacks, expected bona fide samples too`. */
  readonly error: string;
}
