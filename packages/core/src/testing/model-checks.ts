import type { ModelDefinition } from '../contracts/model.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import { gradientChecks } from './model-checks/gradient-checks.ts';
import { passChecks } from './model-checks/pass-checks.ts';
import { createModelSetting, type ModelCheck } from './model-checks/setting.ts';
import { statisticsChecks } from './model-checks/statistics-checks.ts';
import { weightChecks } from './model-checks/weight-checks.ts';
import type { Options } from './take-step.ts';

/** What the kit checks a model with. */
export interface ModelChecksOptions {
  /** Of the model; what is absent has its default. */
  readonly options?: Options;
  /** Side of the images, in pixels; default 48. The last map should keep more than one pixel: a batch norm over few values has no stable gradient. */
  readonly size?: number;
  /** Channels of the images; default 3. */
  readonly channels?: number;
  /** How many weights, evenly spread over the network, are compared with differences; default 40. */
  readonly tensors?: number;
}

/**
 * The conformance kit for models: everything that a run relies on, as a list of checks for any test runner. Each makes the model anew, feeds it a few random
 * images, and resolves, or rejects with an Error that says what is wrong.
 *
 *     await loadEngine();
 *     for (const { name, run } of modelChecks(myModel)) it(name, run);
 */
export function modelChecks(
  definition: AnyItem | ModelDefinition,
  { options = {}, size = 48, channels = 3, tensors = 40 }: ModelChecksOptions = {},
): readonly ModelCheck[] {
  const setting = createModelSetting(definition as AnyItem, { options, size, channels, tensors });
  return [...weightChecks(setting), ...passChecks(setting), ...statisticsChecks(setting), ...gradientChecks(setting)];
}
