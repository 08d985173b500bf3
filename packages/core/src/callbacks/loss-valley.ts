/** SWAD's three constants. */
export interface LossValleyOptions {
  /** N_s: the valley starts at an evaluation that is the lowest of this many from it on. */
  readonly optimumPatience: number;
  /** N_e: evaluations in a row above the limit that end the valley. */
  readonly overfitPatience: number;
  /** r: the limit is r times the mean of the N_s losses. */
  readonly tolerance: number;
}

/** Where the search for the valley stands. Plain JSON; evaluations count from 1. */
export interface LossValleyState {
  readonly evaluations: number;
  /** The last N_s losses, until the valley is found. */
  readonly recent: readonly number[];
  /** t_s, once it is known. */
  readonly start?: number;
  /** l: losses above it lie outside the valley. */
  readonly limit?: number;
  /** The last evaluation known to lie in the valley: t_e is at least this. */
  readonly inside?: number;
  /** t_e, once it is known; until then the valley extends to the end of training. */
  readonly end?: number;
}

/** The state before the first evaluation. */
export const noEvaluations: LossValleyState = { evaluations: 0, recent: [] };

/**
 * Adds one validation loss E_i: SWAD's algorithm 1 (Cha et al., NeurIPS 2021, appendix). Until t_s is known, t_s = i - N_s + 1 as soon as
 * E_(i - N_s + 1) is the minimum of the last N_s losses, and l = r / N_s times their sum. From then on the valley ends, t_e = i - N_e, when l lies
 * below the minimum of the last N_e losses. `inside` is what is certain before that: the last loss of at most l, or what the next N_e
 * evaluations can no longer exclude.
 */
export function nextLoss(valley: LossValleyState, loss: number, { optimumPatience, overfitPatience, tolerance }: LossValleyOptions): LossValleyState {
  if (valley.end !== undefined) return valley;
  const evaluations = valley.evaluations + 1;
  if (valley.start === undefined || valley.limit === undefined || valley.inside === undefined) {
    const recent = [...valley.recent, loss].slice(-optimumPatience);
    const [oldest = loss] = recent;
    if (recent.length < optimumPatience || oldest > Math.min(...recent)) return { evaluations, recent };
    const start = evaluations - optimumPatience + 1;
    const limit = (tolerance * recent.reduce((sum, each) => sum + each, 0)) / optimumPatience;
    const lastBelow = start + recent.findLastIndex((each) => each <= limit);
    return { evaluations, recent: [], start, limit, inside: Math.max(start, lastBelow, evaluations + 1 - overfitPatience) };
  }
  if (loss <= valley.limit) return { ...valley, evaluations, inside: evaluations };
  if (evaluations - valley.inside >= overfitPatience) return { ...valley, evaluations, end: valley.inside };
  return { ...valley, evaluations };
}
