import { join } from 'node:path';
import type { WeightsOffer } from '../contracts/callback.ts';
import { heldOutName } from '../contracts/held-out-name.ts';
import type { Unavailable } from '../contracts/unavailable.ts';
import type { DomainBatches } from '../data/domain-batches.ts';
import { inseparable } from '../data/hold-out.ts';
import { evaluateOffer, type OfferedWeightsResults } from '../evaluation/evaluate-offer.ts';
import type { EvaluationResult } from '../evaluation/evaluate-scores.ts';
import { type EvaluateWeightsOptions, type EvaluationSetting, evaluateWeights } from '../evaluation/evaluate-weights.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { RunResults } from './run-results.ts';

/** What `evaluateRun` takes besides the setting. */
export interface EvaluateRunOptions
  extends EvaluateWeightsOptions,
    Pick<RunResults, 'checkpoint' | 'method' | 'classes' | 'epochs' | 'steps' | 'protocol' | 'preparation' | 'identity' | 'extended'> {
  readonly trainingSeconds: number;
  /** Weights that callbacks offer. */
  readonly offers: readonly WeightsOffer[];
  /** Folder in which they are saved. */
  readonly weights: string;
  /** How the held-out share was cut: written beside its scores. */
  readonly split: { readonly seed: number; readonly holdOut: number; readonly splits: readonly string[] };
  /** Training batches, for offered weights whose statistics are recomputed. */
  readonly batches: DomainBatches;
  /** The epoch to draw them from: one that no step trains on. */
  readonly untrainedEpoch: number;
  /** Figures that were chosen on the target, for a block of their own. */
  readonly oracle?: EvaluationResult['oracle'] | undefined;
}

/** Evaluates the run's own weights, then each set of weights that a callback offers. */
export async function evaluateRun(setting: EvaluationSetting, options: EvaluateRunOptions): Promise<RunResults> {
  const { trainingSeconds, scores, offers, weights: folder, validation, batches, untrainedEpoch: epoch, split, oracle, ...run } = options;
  const started = performance.now();
  const own = await evaluateWeights(setting, { scores, validation });
  if (setting.classes.length === 2 && setting.heldOut.some(({ samples }) => samples.length > 0))
    writeAtomically(join(scores, `${heldOutName}.json`), `${JSON.stringify(describeSplit(setting, split), null, 2)}\n`);
  const evaluation = (performance.now() - started) / 1000;
  const weights: Record<string, OfferedWeightsResults | Unavailable> = {};
  for (const offer of offers) weights[offer.name] = await evaluateOffer(setting, offer, { scores: join(scores, offer.name), folder, batches, epoch });
  const measured = own.evaluation && oracle ? { ...own, evaluation: { ...own.evaluation, oracle } } : own;
  return { ...run, ...measured, ...(offers.length > 0 ? { weights } : {}), seconds: { training: trainingSeconds, evaluation } };
}

/** The settings that cut the held-out share, and the subjects (clips, images) in it by domain. */
function describeSplit({ heldOut }: EvaluationSetting, split: EvaluateRunOptions['split']): Record<string, unknown> {
  const domains = heldOut.map(({ name, samples }) => [name, { samples: samples.length, units: [...new Set(samples.map((one) => inseparable(one).key))] }]);
  return { ...split, domains: Object.fromEntries(domains) };
}
