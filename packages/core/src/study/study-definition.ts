/** Methods x targets x seeds on one experiment: what `gradalign compare` runs. */
export interface Study {
  /** Path of the YAML file that all runs share; its `data.source` names every domain. */
  readonly experiment: string;
  /** Each of these domains is the target in turn. */
  readonly leaveOut: readonly string[];
  /** Instead of `leaveOut`: each of these protocols in turn, on the experiment's `data.domains`. */
  readonly protocols?: readonly string[];
  /** What each method sets, by its name: path in the experiment to value. */
  readonly methods: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Whole numbers >= 0. */
  readonly seeds: readonly number[];
  /** Folder that holds the runs' folders. */
  readonly output: string;
  /** Name of the method that the others are tested against; default: none. */
  readonly baseline?: string;
  /** YAML files with published figures of other papers (see `readPublishedFigures`). */
  readonly published?: readonly string[];
}

/** The targets of a study: its protocols, or the domains left out in turn. */
export function studyTargets({ protocols, leaveOut }: Study): readonly string[] {
  return protocols ?? leaveOut;
}
