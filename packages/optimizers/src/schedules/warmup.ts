import type { Progress } from '@gradalign/core';
import { Type } from '@sinclair/typebox';

/** The option that every schedule has. */
export const warmupOption = Type.Number({
  minimum: 0,
  default: 0,
  description: 'Epochs over which the learning rate rises linearly from near zero (may be a fraction)',
});

/** (step + 1) / (steps of the warm-up), at most 1. */
export function warmupFactor(epochs: number, { step, stepsPerEpoch }: Progress): number {
  const steps = epochs * stepsPerEpoch;
  return steps <= 0 ? 1 : Math.min(1, (step + 1) / steps);
}
