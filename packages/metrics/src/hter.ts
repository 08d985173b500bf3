import { falseAcceptRate, falseRejectRate } from './error-rates.ts';
import { requireKinds } from './kinds.ts';
import type { BinaryScores } from './scores.ts';

/**
 * Half total error rate (FAR + FRR) / 2 at the threshold, 0..1; FAR over all attacks together, whatever their species.
 *
 * @throws NoSamplesError, OneClassError unless there are samples of both kinds
 */
export function hter({ bonaFide, attacks }: Pick<BinaryScores, 'bonaFide' | 'attacks'>, threshold: number): number {
  requireKinds('hter', 'both', { bonaFide: bonaFide.length, attacks: attacks.length });
  return (falseAcceptRate(attacks, threshold) + falseRejectRate(bonaFide, threshold)) / 2;
}
