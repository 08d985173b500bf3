import type { Catalogue } from '../configuration/catalogue.ts';
import type { Callback, CallbackDefinition } from '../contracts/callback.ts';
import type { Experiment } from '../contracts/experiment.ts';

/** The callbacks of an experiment that a trial runs, and the names of those that it leaves out because they tell somebody outside the run's folder. */
export function trialCallbacks(
  { callbacks }: Experiment,
  catalogue: Catalogue,
): { readonly kept: Experiment['callbacks']; readonly leftOut: readonly string[] } {
  const reaches = (use: string) => (catalogue.find('callback', use) as CallbackDefinition).reachesOutside === true;
  return { kept: callbacks.filter(({ use }) => !reaches(use)), leftOut: callbacks.flatMap(({ use }) => (reaches(use) ? [use] : [])) };
}

/** The callback, told the loss on the held-out share after every step, and content with few measurements. It stays its owner's, who disposes it. */
export function toldEveryStep(callback: Callback): Callback {
  const { heldOutLoss: wish } = callback;
  const heldOutLoss = wish && { every: 1, measured: (event: Parameters<typeof wish.measured>[0]) => wish.measured(event) };
  const isDisposal = (key: string | symbol) => key === Symbol.dispose || key === Symbol.asyncDispose;
  return new Proxy(callback, {
    has: (target, key) => !isDisposal(key) && key in target,
    get(target, key) {
      if (isDisposal(key)) return undefined;
      if (key === 'heldOutLoss') return heldOutLoss;
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
