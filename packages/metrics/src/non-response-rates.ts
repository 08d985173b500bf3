import type { NonResponse } from './scores.ts';

/** Shares in 0..1; absent where there was no attempt of the kind. */
export interface NonResponseRates {
  readonly apnrr?: number;
  readonly bpnrr?: number;
}

/**
 * Attack and bona fide presentation non-response rate (ISO/IEC 30107-3): share of attempts of a kind to which the system gave no score, because it
 * found no face or could not read the file.
 *
 * @param answered number of attempts with a score
 */
export function nonResponseRates(without: NonResponse, answered: { readonly attacks: number; readonly bonaFide: number }): NonResponseRates {
  const [attacks, bonaFide] = [without.attacks + answered.attacks, without.bonaFide + answered.bonaFide];
  return { ...(attacks === 0 ? {} : { apnrr: without.attacks / attacks }), ...(bonaFide === 0 ? {} : { bpnrr: without.bonaFide / bonaFide }) };
}
