import { expect, it } from 'vitest';
import { stepCounter } from './step-counter.ts';

it('counts 0, 1, 2; restored from that state it continues with 3, from an empty one with 0', () => {
  const counter = stepCounter();
  expect([counter.next(), counter.next(), counter.next()]).toEqual([0, 1, 2]);
  const saved = counter.state();
  expect(saved).toEqual({ values: { count: 3 } });
  const resumed = stepCounter();
  resumed.restore(saved);
  expect(resumed.next()).toBe(3);
  resumed.restore({});
  expect(resumed.next()).toBe(0);
});
