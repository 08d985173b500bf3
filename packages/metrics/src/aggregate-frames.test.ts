import { expect, it } from 'vitest';
import { aggregateFrames, combineScores } from './aggregate-frames.ts';

const frames = {
  scores: [1, 2, 6, 5, 7, 3],
  labels: [1, 0, 1, 0, 1, 1],
  species: ['', 'print', '', 'print', '', ''],
  subjects: ['s1', 's2', 's1', 's2', 's1', 's3'],
  videos: ['a', 'b', 'a', 'b', 'a', ''],
  ids: ['a1', 'b1', 'a2', 'b2', 'a3', 'alone'],
};

it('makes one row of the frames of a video, in the order in which the videos appear, and carries what is known of it', () => {
  const { scores, labels, ...rest } = aggregateFrames(frames, 'mean');
  expect([...Array.from(scores)]).toEqual([14 / 3, 3.5, 3]);
  expect([...Array.from(labels)]).toEqual([1, 0, 1]);
  expect(rest).toEqual({ species: ['', 'print', ''], subjects: ['s1', 's2', 's3'], videos: ['a', 'b', ''], ids: ['a', 'b', 'alone'] });
});

it('takes the median, between the two in the middle for even numbers, or the largest', () => {
  expect(combineScores([1, 6, 7], 'median')).toBe(6);
  expect(combineScores([5, 2], 'median')).toBe(3.5);
  expect(combineScores([1, 7, 6], 'max')).toBe(7);
});

it('keeps videos of the same name in different domains apart', () => {
  const { scores, domains } = aggregateFrames({ scores: [1, 2, 3], labels: [1, 1, 1], videos: ['a', 'a', 'a'], domains: ['x', 'y', 'x'] }, 'mean');
  expect(Array.from(scores)).toEqual([2, 2]);
  expect(domains).toEqual(['x', 'y']);
});

it('refuses a video with two labels', () => {
  expect(() => aggregateFrames({ scores: [1, 2], labels: [1, 0], videos: ['a', 'a'] }, 'mean')).toThrow(
    "Cannot compute scores of videos: sample 0 of video 'a' has the label 1 and sample 1 the label 0, expected one label a video",
  );
});
