import { suggestion } from '../configuration/nearest-name.ts';
import type { Callback } from '../contracts/callback.ts';
import { cannot } from '../contracts/errors.ts';
import { fileNameKey, safeNameExpected, unsafeName } from '../files/unsafe-name.ts';

/** Name of the run's own weights, those after its last step: no callback may offer weights under this name. */
export const rawWeights = 'raw';

/** What a run gives its callbacks to work with. */
export interface CallbackSurroundings {
  /** Name of each callback, in order, as in the experiment. */
  readonly names: readonly string[];
  /** Whether any source data is held out. */
  readonly heldOut: boolean;
  /** Names of the figures measured on the held-out share. */
  readonly figures: readonly string[];
  /** Steps of the whole run. */
  readonly steps: number;
}

/**
 * Checks before training what would otherwise fail hours later.
 *
 * @throws UserError that names the callback, with exit code 2.
 */
export function checkCallbacks(callbacks: readonly Callback[], { names, heldOut, figures, steps }: CallbackSurroundings): void {
  const offered = new Map([[rawWeights, "the run's own weights"]]);
  for (const [i, { watches, heldOutLoss, offers }] of callbacks.entries()) {
    const name = `callback '${names[i] ?? i}'`;
    if ((watches !== undefined || heldOutLoss) && !heldOut) {
      throw cannot(`run ${name}`, 'no source data is held out for it to look at', 'data.holdOut above 0, and more than one subject per domain', {
        exitCode: 2,
      });
    }
    const { every = 1, atLeast = 0 } = heldOutLoss ?? {};
    if (every * atLeast > steps) {
      throw cannot(
        `run ${name}`,
        `it needs the held-out loss at least ${atLeast} times, once every ${every} steps, and the run has ${steps}`,
        `a longer run, or 'every' at most ${Math.floor(steps / atLeast)}`,
        { exitCode: 2 },
      );
    }
    if (watches !== undefined && !figures.includes(watches)) {
      throw cannot(
        `run ${name}`,
        `it watches '${watches}', but the held-out share is evaluated for ${figures.join(', ')}`,
        `one of them (evaluate.metrics)${suggestion(watches, figures)}`,
        { exitCode: 2 },
      );
    }
    if (!offers) continue;
    const unsafe = unsafeName(offers.name) ?? (/\.csv$/i.test(offers.name) ? 'score files end so' : undefined);
    if (unsafe !== undefined) {
      throw cannot(`run ${name}`, `it offers weights as ${JSON.stringify(offers.name)}, which cannot name a folder: ${unsafe}`, safeNameExpected, {
        exitCode: 2,
      });
    }
    const other = [...offered].find(([taken]) => fileNameKey(taken) === fileNameKey(offers.name))?.[1];
    if (other !== undefined) {
      throw cannot(`run ${name}`, `it offers weights as '${offers.name}', which is the name of ${other}`, 'a name of its own (option name)', { exitCode: 2 });
    }
    offered.set(offers.name, `those of ${name}`);
  }
}
