import { expect, it } from 'vitest';
import type { Callback } from '../contracts/callback.ts';
import { checkCallbacks } from './check-callbacks.ts';

const offers = (name: string): Callback => ({ offers: { name, take: () => ({ error: 'never' }) } });
const around = { names: ['first', 'second'], heldOut: true, figures: ['hter', 'auc'], steps: 100 };

it.each<[string, Callback[], Partial<typeof around>, string]>([
  [
    'two offers of one name',
    [offers('ema'), offers('ema')],
    {},
    "Cannot run callback 'second': it offers weights as 'ema', which is the name of those of callback 'first'",
  ],
  [
    "the name of the run's own weights",
    [offers('raw')],
    {},
    "it offers weights as 'raw', which is the name of the run's own weights, expected a name of its own (option name)",
  ],
  [
    'a held-out loss with nothing held out',
    [{ heldOutLoss: { every: 1, measured: () => {} } }],
    { heldOut: false },
    'no source data is held out for it to look at',
  ],
  [
    'more measurements than there are steps for',
    [{ heldOutLoss: { every: 50, atLeast: 3, measured: () => {} } }],
    {},
    "it needs the held-out loss at least 3 times, once every 50 steps, and the run has 100, expected a longer run, or 'every' at most 33",
  ],
  [
    'a figure that is not measured',
    [{ watches: 'auk' }],
    {},
    "it watches 'auk', but the held-out share is evaluated for hter, auc, expected one of them (evaluate.metrics); did you mean 'auc'?",
  ],
])('%s is refused', (_, callbacks, changes, message) => {
  expect(() => checkCallbacks(callbacks, { ...around, ...changes })).toThrow(message);
});

it('callbacks that ask for what is available pass', () => {
  expect(() => checkCallbacks([offers('ema'), offers('ema-slow'), { watches: 'auc' }], around)).not.toThrow();
});
