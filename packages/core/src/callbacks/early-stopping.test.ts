import { expect, it } from 'vitest';
import { Weights } from '../contracts/weights.ts';
import { callbackContext } from '../testing/callback-context.ts';
import { earlyStopping } from './early-stopping.ts';

const weights = new Weights({});
const options = { metric: 'hter', better: 'lower', patience: 2, by: 0 } as const;

function run(values: readonly (number | undefined)[], callback = earlyStopping.create(options, callbackContext())): string[] {
  const reasons: string[] = [];
  values.forEach((value, epoch) => {
    void callback.epochEnded?.({
      epoch,
      weights,
      stop: (reason) => void reasons.push(`${epoch}: ${reason}`),
      ...(value === undefined ? {} : { validation: { hter: value } }),
    });
  });
  return reasons;
}

it('stops at the second evaluation without improvement; epochs that were not evaluated do not count', () => {
  expect(run([0.3, 0.2, 0.25, undefined, 0.21])).toEqual(['4: hter on the held-out share has not improved on 0.2000 for 2 evaluations']);
  expect(run([0.3, 0.2, 0.25, 0.19, 0.2])).toEqual([]);
});

it('continues from its saved state', () => {
  const first = earlyStopping.create(options, callbackContext());
  run([0.2, 0.25], first);
  const second = earlyStopping.create(options, callbackContext());
  second.restore?.(first.state?.() ?? {});
  expect(run([0.21], second)).toHaveLength(1);
});

it('a figure that is not measured is an error', () => {
  const callback = earlyStopping.create({ ...options, metric: 'auk' }, callbackContext());
  expect(() => run([0.2], callback)).toThrow("Cannot watch 'auk': the held-out share was evaluated for hter, expected one of them");
});
