import type { SearchRanges } from '../search/search-range.ts';

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
  /** Settings that are chosen on source data before the runs; default: none. */
  readonly search?: StudySearch;
}

/** How settings of the methods are chosen: by trials that never load the target. */
export interface StudySearch {
  /** Of each method on each target; the same for all methods. */
  readonly trials: number;
  /** Of the draws, and of every trial's training. */
  readonly seed: number;
  /** Name of the metric on the held-out share of the source domains that decides: `hter`. */
  readonly choose: string;
  /** One choice for each method and target, or one for each method over all targets. */
  readonly per: 'target' | 'method';
  /** Trials are compared after `from` epochs, and `factor` times those, and so on, and the best of every `factor` go on; default: all are trained to their end. */
  readonly halving?: { readonly from: number; readonly factor: number };
  /** What is searched, by method. One without ranges is trained as it is. */
  readonly of: Readonly<Record<string, SearchRanges>>;
}

/** The targets of a study: its protocols, or the domains left out in turn. */
export function studyTargets({ protocols, leaveOut }: Pick<Study, 'protocols' | 'leaveOut'>): readonly string[] {
  return protocols ?? leaveOut;
}

/** What the search of a method draws from; undefined where it is not searched. */
export function searchedRanges({ search }: Pick<Study, 'search'>, method: string): SearchRanges | undefined {
  const ranges = search?.of[method];
  return ranges && Object.keys(ranges).length > 0 ? ranges : undefined;
}
