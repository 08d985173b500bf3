import type { LossDefinition } from '../contracts/loss.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import { lossBatchChecks } from './loss-checks/batch-checks.ts';
import { lossGradientChecks } from './loss-checks/gradient-checks.ts';
import { createLossSetting } from './loss-checks/setting.ts';
import { lossValueChecks } from './loss-checks/value-checks.ts';
import { lossWeightChecks } from './loss-checks/weight-checks.ts';
import type { Check } from './optimizer-checks/setting.ts';
import type { Options } from './take-step.ts';

/** What the kit checks a loss with. */
export interface LossChecksOptions {
  /** Of the loss; what is absent has its default. */
  readonly options?: Options;
  /** Names of the classes; default: `['attack', 'live']`. */
  readonly classes?: readonly string[];
  /** λ at half of the run, of a loss behind a gradient reversal: its gradient in the features must be -λ times that of its value. Absent: the value's own. */
  readonly reversal?: number;
}

/**
 * The conformance kit for losses, risks and auxiliary ones: everything that a run relies on, as a list of checks for any test runner. Each makes the loss anew
 * and takes well under a second; it returns, or throws an Error that says what is wrong.
 *
 *     await loadEngine();
 *     for (const { name, run } of lossChecks(myLoss)) it(name, run);
 */
export function lossChecks(
  definition: AnyItem | LossDefinition,
  { options = {}, classes = ['attack', 'live'], reversal }: LossChecksOptions = {},
): readonly Check[] {
  const setting = createLossSetting(definition as LossDefinition, { options, classes, ...(reversal === undefined ? {} : { reversal }) });
  return [...lossValueChecks(setting), ...lossBatchChecks(setting), ...lossGradientChecks(setting), ...lossWeightChecks(setting)];
}
