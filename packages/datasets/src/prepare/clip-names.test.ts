import { expect, test } from 'vitest';
import { clipNames, fileName } from './clip-names.ts';

test('the file name where all differ, else with the folders before it', () => {
  expect(clipNames(['a/x.mp4', 'a/y.mp4'])).toEqual(['x', 'y']);
  expect(clipNames(['train_release/1/1.avi', 'train_release/2/1.avi'])).toEqual(['1_1', '2_1']);
});

test('names that differ in case or extension alone become different folders', () => {
  expect(new Set(clipNames(['a/X.mp4', 'a/x.mp4', 'b/x.mov']).map((name) => name.toLowerCase())).size).toBe(3);
  expect(clipNames(['a/x.mp4', 'a/x.mov'])).toEqual(['a_x.mp4', 'a_x.mov']);
});

test('no name is hidden, leads up, or holds what a file system refuses; letters of all alphabets stay', () => {
  expect(fileName('..')).not.toMatch(/^\./);
  expect(fileName('a:b?c')).toBe('a_b_c');
  expect(fileName('张伟 Öl')).toBe('张伟 Öl');
  expect(clipNames(['../../etc/passwd.mp4', 'x/passwd.mp4']).every((name) => !name.startsWith('.') && !name.includes('/'))).toBe(true);
});
