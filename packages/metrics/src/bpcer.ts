import { falseRejectRate } from './error-rates.ts';
import { requireKinds } from './kinds.ts';

/**
 * Bona fide presentation classification error rate of ISO/IEC 30107-3: share of bona fide samples with score < threshold, 0..1.
 *
 * @throws NoSamplesError without bona fide samples
 */
export function bpcer(bonaFide: ArrayLike<number>, threshold: number): number {
  requireKinds('bpcer', 'bona fide', { bonaFide: bonaFide.length, attacks: 0 });
  return falseRejectRate(bonaFide, threshold);
}
