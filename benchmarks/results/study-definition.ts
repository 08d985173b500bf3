/**
 * A study that chooses each method's settings on source data alone, by the same number of trials, and then compares the methods on domains that
 * neither training nor choice has seen. Plain data: `full-study.ts` is the one behind docs/results.md.
 */
export interface ResultsStudy {
  readonly benchmarks: Readonly<Record<string, BenchmarkDefinition>>;
  /** What the page says of the methods' settings beside their ranges. */
  readonly about?: string;
  /** Pairs of methods that the page compares directly, besides each method with the first one. */
  readonly comparisons?: readonly { readonly method: string; readonly to: string }[];
  /** Titles of the benchmarks that this part of a study leaves out; the page names them. */
  readonly without?: readonly string[];
  /** Seeds of the runs that are reported; every method has the same ones, so that differences are paired. */
  readonly seeds: readonly number[];
  readonly search: {
    /** Trials of each method and left-out domain. */
    readonly trials: number;
    /** Seed of every trial (initial weights, order of batches, held-out share): none of the reported ones. */
    readonly seed: number;
  };
  readonly sharpness: {
    /** Samples of each domain that the loss is taken over. */
    readonly samples: number;
    /** Distance ρ of the perturbations. */
    readonly rho: number;
    /** Random directions, each taken both ways. */
    readonly directions: number;
    /** Steps of the adversarial ascent. */
    readonly ascentSteps: number;
  };
}

export interface BenchmarkDefinition {
  readonly title: string;
  /** What it is, in a sentence or two for the page. */
  readonly description: string;
  /** Experiment file, relative to this folder, or a file URL; its `data.source` names every domain. */
  readonly experiment: string;
  /** Each is the target in turn. */
  readonly leaveOut: readonly string[];
  /** Figure on the held-out share of the sources that settings are chosen by. */
  readonly chooseBy: { readonly metric: string; readonly best: 'highest' | 'lowest' };
  /** What the page reports of the target, in columns. */
  readonly figures: readonly FigureDefinition[];
  /** Published weights that its experiment starts from; installed before the first run. */
  readonly weights?: string;
  /** `false`: the largest eigenvalues and the losses at a distance are not measured. */
  readonly sharpness?: false;
  /** The first one is what the others are compared with. */
  readonly methods: Readonly<Record<string, MethodDefinition>>;
}

export interface FigureDefinition {
  readonly name: string;
  readonly convention: 'literature' | 'deployable' | 'figures';
  readonly metric: string;
  readonly better: 'higher' | 'lower';
}

export interface MethodDefinition {
  readonly title: string;
  /** Path in the experiment to value. */
  readonly set: Readonly<Record<string, unknown>>;
  /** Path in the experiment to the range that trials draw from; the paths of `set` come first. */
  readonly search: Readonly<Record<string, SearchRange>>;
}

/** Drawn evenly on a logarithmic scale; both ends are positive. */
export interface SearchRange {
  readonly from: number;
  readonly to: number;
}
