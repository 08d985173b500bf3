import type { OptimizerDefinition } from '../contracts/optimizer.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import { careChecks } from './optimizer-checks/care-checks.ts';
import { declarationChecks } from './optimizer-checks/declaration-checks.ts';
import { directionChecks } from './optimizer-checks/direction-checks.ts';
import { type Check, type ClosedForm, createSetting, variantsOf } from './optimizer-checks/setting.ts';
import { stateChecks } from './optimizer-checks/state-checks.ts';
import type { Options } from './take-step.ts';

export interface OptimizerChecksOptions {
  /** Options to check besides the defaults; absent: every other value of each option that is a choice or a switch, one at a time. */
  readonly variants?: readonly Options[];
  /** The direction on quadratics, worked by hand. */
  readonly closedForm?: ClosedForm;
}

/**
 * The conformance kit of optimizers: everything that a run relies on, as a list of checks for any test runner. Each runs in well below a second, on 1 to 4
 * domains and every variant of the options, on small networks and on quadratics; it returns, or throws an Error that says what is wrong.
 *
 *     await loadEngine();
 *     for (const { name, run } of optimizerChecks(myOptimizer)) it(name, run);
 */
export function optimizerChecks(definition: AnyItem | OptimizerDefinition, { variants, closedForm }: OptimizerChecksOptions = {}): readonly Check[] {
  const own = definition as OptimizerDefinition;
  const setting = createSetting(own, variants ? [{}, ...variants] : variantsOf(own), closedForm);
  return [...declarationChecks(setting), ...directionChecks(setting), ...careChecks(setting), ...stateChecks(setting)];
}
