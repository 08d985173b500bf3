import type { Decision } from '@gradalign/core';
import type { RunOptions } from './run-options.ts';

/** The decision's own weights, unless others are asked for: those are refused where they differ. */
export function weightsOfDecision<Options extends RunOptions>(decision: Decision, options: Options, raw: string): Options {
  const weights = options.weights ?? decision.weights;
  const checkpoint = options.checkpoint ?? (weights === raw && decision.weights === raw ? decision.checkpoint : undefined);
  return { ...options, weights, ...(checkpoint === undefined ? {} : { checkpoint }) };
}
