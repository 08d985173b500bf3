import { expect, it } from 'vitest';
import { readArrayLimit } from './array-limit.ts';

it('the least of MaxArraySize and max_array_tasks is taken; what says neither has no limit', () => {
  const shown = (size: number, parameters: string) => `Configuration data as of 2026-11-28T22:40:00
MaxArraySize            = ${size}
MaxJobCount             = 10000
SchedulerParameters     = ${parameters}
`;
  expect(readArrayLimit(shown(1001, '(null)'))).toBe(1001);
  expect(readArrayLimit(shown(1001, 'batch_sched_delay=0,max_array_tasks=300,sched_interval=2'))).toBe(300);
  expect(readArrayLimit(shown(200, 'max_array_tasks=300'))).toBe(200);
  expect(readArrayLimit(shown(0, '(null)'))).toBe(0);
  expect(readArrayLimit('')).toBeUndefined();
});
