import { expect, it } from 'vitest';
import { slurmSeconds } from './slurm-seconds.ts';

it.each([
  [90, 5400],
  ['90', 5400],
  ['90:30', 5430],
  ['1:30:00', 5400],
  ['2-0', 172_800],
  ['1-12:30', 131_400],
  ['1-12:30:15', 131_415],
  ['UNLIMITED', Number.POSITIVE_INFINITY],
])('%j is %d s', (time, seconds) => {
  expect(slurmSeconds(time)).toBe(seconds);
});

it.each(['', '0', '0:00', '1h', '1:2:3:4', '-5', '1-', '1.5', '1 day', '1:', ':30', '99999999999999'])('%j is no time', (time) => {
  expect(slurmSeconds(time)).toBeUndefined();
});
