import type { OptimizerDefinition } from '../contracts/optimizer.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import { careChecks } from './optimizer-checks/care-checks.ts';
import { declarationChecks } from './optimizer-checks/declaration-checks.ts';
import { directionChecks } from './optimizer-checks/direction-checks.ts';
import { type Check, type ClosedForm, createSetting, variantsOf } from './optimizer-checks/setting.ts';
import { stateChecks } from './optimizer-checks/state-checks.ts';
import type { Options } from './take-step.ts';

/** What the kit checks besides the default options. */
export interface OptimizerChecksOptions {
  /** Options to check besides the defaults; default: every other value of each enum and boolean option, one at a time. */
  readonly variants?: readonly Options[];
  /** The expected direction on quadratics; default: not checked. */
  readonly closedForm?: ClosedForm;
}

/**
 * The conformance kit for optimizers: everything that a run relies on, as a list of checks for any test runner. Each takes well under a second and covers 1
 * to 4 domains and every variant of the options, on small networks and quadratics; it returns, or throws an Error that says what is wrong.
 *
 *     await loadEngine();
 *     for (const { name, run } of optimizerChecks(myOptimizer)) it(name, run);
 */
export function optimizerChecks(definition: AnyItem | OptimizerDefinition, { variants, closedForm }: OptimizerChecksOptions = {}): readonly Check[] {
  const own = definition as OptimizerDefinition;
  const setting = createSetting(own, variants ? [{}, ...variants] : variantsOf(own), closedForm);
  return [...declarationChecks(setting), ...directionChecks(setting), ...careChecks(setting), ...stateChecks(setting)];
}
