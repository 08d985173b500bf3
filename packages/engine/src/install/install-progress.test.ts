import { expect, test } from 'vitest';
import { type InstallProgress, installProgress } from './install-progress.ts';

test('a line shows amount, rate and time left: 120 of 274 MB after 3 s is 40 MB/s, 4 s left', () => {
  let now = 1000;
  const heard: InstallProgress[] = [];
  const report = installProgress(
    (progress) => heard.push(progress),
    () => now,
  )('download', 'a.whl', 274e6);
  now += 50;
  report(1e6); // too soon to be heard
  now = 4000;
  report(120e6);
  now = 6000;
  report(274e6);
  now = 7000;
  report(274e6); // the end is told once
  expect(heard.map(({ line }) => line)).toEqual([
    'Downloading a.whl: 0.0 of 274 MB',
    'Downloading a.whl: 120 of 274 MB, 40 MB/s, 4 s left',
    'Downloading a.whl: 274 MB in 5.0 s',
  ]);
  expect(heard.at(-1)).toMatchObject({ phase: 'download', what: 'a.whl', done: 274e6, total: 274e6 });
});

test('phases without bytes have a beginning and an end', () => {
  let now = 0;
  const heard: string[] = [];
  const report = installProgress(
    ({ line }) => heard.push(line),
    () => now,
  )('compile', 'the binding', 1);
  now = 1500;
  report(1);
  expect(heard).toEqual(['Compiling the binding ...', 'Compiling the binding: done in 1.5 s']);
});
