import { join } from 'node:path';
import type { WeightsOffer } from '../contracts/callback.ts';
import { evaluateOffer } from '../evaluation/evaluate-offer.ts';
import type { Unavailable } from '../evaluation/evaluate-scores.ts';
import { type EvaluateWeightsOptions, evaluateWeights } from '../evaluation/evaluate-weights.ts';
import type { Container } from './container.ts';
import type { OfferedWeightsResults, RunResults } from './run-results.ts';

export interface EvaluateRunOptions extends EvaluateWeightsOptions, Pick<RunResults, 'checkpoint' | 'method' | 'classes' | 'epochs' | 'steps' | 'protocol'> {
  readonly trainingSeconds: number;
  /** Weights beside the run's own, and the folder that keeps them. */
  readonly offers: readonly WeightsOffer[];
  readonly weights: string;
}

/** The figures of the run's own weights, then those of each weights that a callback offers. */
export async function evaluateRun(container: Container, options: EvaluateRunOptions): Promise<RunResults> {
  const { trainingSeconds, scores, offers, weights: folder, validation, signal, ...run } = options;
  const interruptible = signal ? { signal } : {};
  const started = performance.now();
  const own = await evaluateWeights(container, { scores, validation, ...interruptible });
  const evaluation = (performance.now() - started) / 1000;
  const weights: Record<string, OfferedWeightsResults | Unavailable> = {};
  for (const offer of offers) weights[offer.name] = await evaluateOffer(container, offer, { scores: join(scores, offer.name), folder, ...interruptible });
  return { ...run, ...own, ...(offers.length > 0 ? { weights } : {}), seconds: { training: trainingSeconds, evaluation } };
}
