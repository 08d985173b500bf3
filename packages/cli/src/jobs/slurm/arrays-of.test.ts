import { expect, it } from 'vitest';
import { arraysOf } from './arrays-of.ts';

const stage = (...folders: string[]) =>
  folders.map((folder) => ({ method: 'a', target: 'b', seed: 0, state: 'waiting' as const, folder, fingerprint: null, command: '', arguments: [], after: [] }));
const arrays = (...options: Parameters<typeof arraysOf>) =>
  arraysOf(...options).map(({ jobs, after }) => [jobs.map(({ folder }) => folder).join(' '), ...after]);
const stages = [stage('1', '2', '3', '4', '5'), stage('6', '7', '8')];

it('a stage is an array, which waits for the one before it', () => {
  expect(arrays(stages, {})).toEqual([['1 2 3 4 5'], ['6 7 8', 0]]);
  expect(arrays(stages, { most: 5 })).toEqual([['1 2 3 4 5'], ['6 7 8', 0]]);
  expect(arrays([], { most: 5 })).toEqual([]);
});

it('arrays of at most two tasks: a stage waits for all arrays of the stage before it', () => {
  expect(arrays(stages, { most: 2 })).toEqual([['1 2'], ['3 4'], ['5'], ['6 7', 0, 1, 2], ['8', 0, 1, 2]]);
});

it('with a bound on the tasks at a time, the arrays of a stage run one after another', () => {
  expect(arrays(stages, { most: 2, inTurn: true })).toEqual([['1 2'], ['3 4', 0], ['5', 0, 1], ['6 7', 0, 1, 2], ['8', 0, 1, 2, 3]]);
});
