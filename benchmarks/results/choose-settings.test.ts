import { expect, it } from 'vitest';
import { chooseSettings, type Trial } from './choose-settings.ts';

function trial(rho: number, validation: number | 'diverged'): Trial {
  const outcome = validation === 'diverged' ? { state: 'diverged', message: '' } : { state: 'finished', results: { validation: { auc: validation } } };
  return { job: { drawn: { rho } }, outcome } as unknown as Trial;
}

it('takes the trial with the highest figure on the held-out sources, the first of equal ones, and counts what diverged', () => {
  const trials = [trial(1, 0.8), trial(2, 0.9), trial(3, 'diverged'), trial(4, 0.9)];
  expect(chooseSettings(trials, { metric: 'auc', best: 'highest' })).toEqual({ settings: { rho: 2 }, figure: 0.9, trials: 4, diverged: 1 });
  expect(chooseSettings(trials, { metric: 'auc', best: 'lowest' }).settings).toEqual({ rho: 1 });
});

it('has nothing to choose where every trial diverged', () => {
  expect(() => chooseSettings([trial(1, 'diverged')], { metric: 'auc', best: 'highest' })).toThrow(
    "Cannot choose settings: none of 1 trials has a figure 'auc'",
  );
});
