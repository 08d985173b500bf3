import { suggestion } from '../configuration/nearest-name.ts';
import type { Callback } from '../contracts/callback.ts';
import { cannot } from '../contracts/errors.ts';

/** The run's own weights, as they stand after its last step: no callback may offer others under this name. */
export const rawWeights = 'raw';

export interface CallbackSurroundings {
  /** Name of each callback, in their order, as the experiment has it. */
  readonly names: readonly string[];
  /** Whether anything of the sources is held out. */
  readonly heldOut: boolean;
  /** Names of the figures that are measured on it. */
  readonly figures: readonly string[];
  /** Steps of the whole run. */
  readonly steps: number;
}

/** Refuses, before anything is trained, what a callback would miss after hours. */
export function checkCallbacks(callbacks: readonly Callback[], { names, heldOut, figures, steps }: CallbackSurroundings): void {
  const offered = new Map([[rawWeights, "the run's own weights"]]);
  for (const [i, { watches, heldOutLoss, offers }] of callbacks.entries()) {
    const name = `callback '${names[i] ?? i}'`;
    if ((watches !== undefined || heldOutLoss) && !heldOut) {
      throw cannot(`run ${name}`, 'nothing of the sources is held out for it to look at', 'data.holdOut above 0, and more than one subject a domain', {
        exitCode: 2,
      });
    }
    const { every = 1, atLeast = 0 } = heldOutLoss ?? {};
    if (every * atLeast > steps) {
      throw cannot(
        `run ${name}`,
        `it needs the held-out loss ${atLeast} times at least, one every ${every} steps, and the run has ${steps}`,
        `a longer run, or every at most ${Math.floor(steps / atLeast)}`,
        { exitCode: 2 },
      );
    }
    if (watches !== undefined && !figures.includes(watches)) {
      throw cannot(
        `run ${name}`,
        `it watches '${watches}' and the held-out share is evaluated for ${figures.join(', ')}`,
        `one of them (evaluate.metrics)${suggestion(watches, figures)}`,
        { exitCode: 2 },
      );
    }
    if (!offers) continue;
    const other = offered.get(offers.name);
    if (other !== undefined) {
      throw cannot(`run ${name}`, `it offers weights as '${offers.name}', which is the name of ${other}`, 'a name of its own (option name)', { exitCode: 2 });
    }
    offered.set(offers.name, `those of ${name}`);
  }
}
