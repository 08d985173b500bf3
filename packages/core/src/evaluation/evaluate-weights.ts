import { join } from 'node:path';
import { heldOutName } from '../contracts/held-out-name.ts';
import type { Unavailable } from '../contracts/unavailable.ts';
import { makeFolder } from '../files/sync-folder.ts';
import { evaluate, type Figuring } from './evaluate.ts';
import type { EvaluationResult } from './evaluate-scores.ts';
import type { OperatingPoints } from './operating-point.ts';
import { writeScoreFile } from './score-file.ts';
import type { DomainSamples } from './score-samples.ts';
import type { Scoring } from './scoring.ts';
import { type Validation, validate } from './validate.ts';

/** All that evaluating a model in its experiment takes: how it is scored, the figures, and the data. */
export interface EvaluationSetting extends Scoring, Figuring {
  /** The held-out share of each source domain. */
  readonly heldOut: readonly DomainSamples[];
  /** What the model is tested on, by domain; may be empty. */
  readonly targets: readonly DomainSamples[];
}

/** What was measured with one set of weights. Plain JSON. */
export interface WeightsFigures {
  /** Thresholds for deployment, from the held-out source share; or why there are none. */
  readonly thresholds: OperatingPoints | Unavailable;
  /** Figures on the held-out share, by metric name. */
  readonly validation?: Readonly<Record<string, number>>;
  /** Absent if the experiment names no target. */
  readonly evaluation?: EvaluationResult;
}

/** Options of `evaluateWeights`. */
export interface EvaluateWeightsOptions {
  /** Folder for one score file per target; created in one that exists. */
  readonly scores: string;
  /** The result of `validate` with these weights, if it is already known; default: it is computed. */
  readonly validation?: Validation | undefined;
}

/**
 * Evaluates the model's current weights: thresholds from the held-out share, then the targets under both conventions. Writes one score file per target,
 * and one for the held-out share (for two classes).
 *
 * @throws UserError if a score file cannot be written; an AbortError if the setting's signal aborts.
 */
export async function evaluateWeights(setting: EvaluationSetting, { scores, validation }: EvaluateWeightsOptions): Promise<WeightsFigures> {
  const { targets, classes } = setting;
  const held = validation ?? (await validate(setting));
  const thresholds = held?.thresholds ?? { error: 'no share of the sources was held out (data.holdOut is 0)' };
  makeFolder(scores);
  if (held && classes.length === 2) writeScoreFile(join(scores, `${heldOutName}.csv`), held.scored, { withDomain: true });
  const evaluation = await evaluate({
    ...setting,
    samples: targets,
    thresholds,
    onScored(name, scored) {
      if (classes.length === 2) writeScoreFile(join(scores, `${name}.csv`), scored);
    },
  });
  return { thresholds, ...(held ? { validation: held.figures } : {}), ...(targets.length > 0 ? { evaluation } : {}) };
}
