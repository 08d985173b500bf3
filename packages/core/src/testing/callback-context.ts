import type { CallbackContext } from '../contracts/callback.ts';
import type { Experiment } from '../contracts/experiment.ts';
import { silentReporter } from '../contracts/reporter.ts';
import { createSeed } from '../contracts/seed.ts';

/** A context to make a callback with in a test: seed 0, the working folder, nothing resumed, no output; the experiment is empty unless given. */
export function callbackContext(given: Partial<CallbackContext> = {}): CallbackContext {
  return { folder: process.cwd(), experiment: {} as Experiment, resumed: false, seed: createSeed(0), logger: silentReporter, ...given };
}
