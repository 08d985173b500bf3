import { expect, it } from 'vitest';
import type { LeftOut } from '../contracts/dataset.ts';
import { leftOutIn, unansweredClips } from './unanswered.ts';

const leftOut: readonly LeftOut[] = [
  { kind: 'no face', what: 'a', why: 'dark', unit: 'clip', label: 1, split: 'test', subject: 'anna', images: 10 },
  { kind: 'unreadable', what: 'b', why: 'cut off', unit: 'clip', label: 0, split: 'test' },
  { kind: 'no face', what: 'c', why: 'dark', unit: 'clip', label: 0, split: 'train' },
  { kind: 'no face', what: 'of an earlier version', why: 'dark', unit: 'clip' },
  { kind: 'label', what: 'manifest.csv line 7', why: "the label is 'lve'", label: 1, split: 'test' },
  { kind: 'unreadable', what: 'f.png', why: 'empty', label: 1, split: 'test' },
];

it('clips of the wanted splits without a face, or that cannot be read, are attempts without a score', () => {
  expect(unansweredClips(leftOutIn(leftOut, ['test']))).toEqual([
    { id: 'a', video: 'a', label: 1, split: 'test', images: 10 },
    { id: 'b', video: 'b', label: 0, split: 'test' },
  ]);
});

it('what is left out of other splits does not concern a run; what has no known split may', () => {
  expect(leftOutIn(leftOut, ['train']).map(({ what }) => what)).toEqual(['c', 'of an earlier version']);
});
