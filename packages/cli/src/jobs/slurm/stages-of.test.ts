import { expect, it } from 'vitest';
import { stagesOf } from './stages-of.ts';

const job = (folder: string, ...after: string[]) => ({
  ...{ method: 'a', target: 'b', seed: 0, state: 'waiting' as const, folder, fingerprint: null, command: '', arguments: [], after },
});
const folders = (...jobs: ReturnType<typeof job>[]) => stagesOf(jobs).map((stage) => stage.map(({ folder }) => folder));

it('runs that wait for nothing are one stage, in the order of the plan', () => {
  expect(folders(job('c'), job('a'), job('b'))).toEqual([['c', 'a', 'b']]);
  expect(folders()).toEqual([]);
});

it('a run comes a stage after the last of those it waits for; what is not among the jobs is not waited for', () => {
  expect(folders(job('run', 'trial', 'rung'), job('rung', 'trial'), job('trial', 'finished'), job('alone'))).toEqual([['trial', 'alone'], ['rung'], ['run']]);
});

it('1000 runs that wait for 100 trials each are planned in under a second', () => {
  const trials = Array.from({ length: 100 }, (_, i) => job(`trial ${i}`));
  const runs = Array.from({ length: 1000 }, (_, i) => job(`run ${i}`, ...trials.map(({ folder }) => folder)));
  const before = performance.now();
  expect(stagesOf([...runs, ...trials]).map((stage) => stage.length)).toEqual([100, 1000]);
  expect(performance.now() - before).toBeLessThan(1000);
});

it('runs that wait for each other are a bug', () => {
  expect(() => stagesOf([job('a', 'b'), job('b', 'a')])).toThrow('runs wait for each other: a, b, a');
});
