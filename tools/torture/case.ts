/** Where a case works and what it repeats. */
export interface Case {
  /** Holds `inputs`, `whole` with what undisturbed commands made of them, and `references.json`. */
  readonly work: string;
  /** A folder of the process's own; also the working folder. */
  readonly folder: string;
  readonly seed: number;
  readonly index: number;
}

/** What a case came to. */
export interface CaseEnded {
  readonly kind: string;
  /** In words that are counted: `same bytes`, `refused`; `broken` where a promise was. */
  readonly ended: string;
  /** What was broken, with what repeats it. */
  readonly broken?: string;
}
