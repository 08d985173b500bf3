import { expect, it } from 'vitest';
import { worstErrors } from './worst-errors.ts';

const scores = {
  scores: [0.9, 0.8, 0.7, 0.2, 0.4, 0.6],
  labels: [0, 0, 0, 1, 1, 1],
  species: ['print', 'print', 'replay', '', '', ''],
  videos: ['a', 'a', 'b', 'c', 'd', 'e'],
  ids: ['a1', 'a2', 'b1', 'c1', 'd1', 'e1'],
};

it('lists attacks above and people below the threshold, farthest first, one frame of each video', () => {
  const { acceptedAttacks, refusedPeople } = worstErrors(scores, 0.5);
  expect(acceptedAttacks.map(({ id }) => id)).toEqual(['a1', 'b1']);
  expect(refusedPeople.map(({ id }) => id)).toEqual(['c1', 'd1']);
});

it('accepts a score that equals the threshold', () => {
  expect(worstErrors(scores, 0.4).refusedPeople.map(({ id }) => id)).toEqual(['c1']);
});
