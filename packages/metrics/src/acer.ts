import { worstApcer } from './apcer.ts';
import { falseRejectRate } from './error-rates.ts';
import { requireKinds } from './kinds.ts';
import type { BinaryScores } from './scores.ts';

/**
 * ACER = (max over species of APCER + BPCER) / 2 at the threshold, 0..1 (ISO/IEC 30107-3, 2017 edition).
 *
 * @throws NoSamplesError, OneClassError unless there are samples of both kinds
 */
export function acer(scores: BinaryScores, threshold: number): number {
  requireKinds('acer', 'both', { bonaFide: scores.bonaFide.length, attacks: scores.attacks.length });
  return (worstApcer(scores, threshold) + falseRejectRate(scores.bonaFide, threshold)) / 2;
}
