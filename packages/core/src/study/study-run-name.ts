/** Which run of a study, by the names that the study has for them. */
export interface StudyRunName {
  readonly method: string;
  readonly target: string;
  readonly seed: number;
  /** Number of a trial of the study's search, whose seed is the search's; absent for the runs of the study. */
  readonly trial?: number;
}
