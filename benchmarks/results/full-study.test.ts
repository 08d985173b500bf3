import { drawTrials, loadPlannedRun, type Study, type StudySearch } from '@gradalign/core';
import { expect, it } from 'vitest';
import { fullStudy } from './full-study.ts';
import { productStudy } from './product-study.ts';
import { ownPlugins } from './train-job.ts';

const studies = new Map(Object.entries(fullStudy.benchmarks).map(([name, benchmark]) => [name, productStudy(fullStudy, name, benchmark, 'runs')]));
const searchOf = (name: string) => (studies.get(name) as Study).search as StudySearch;
const methods = [...studies].flatMap(([name, study]) => Object.keys(study.methods).map((method) => [`${name}, ${method}`, study, method] as const));

it.each(methods)('what the study trains is a valid experiment: %s', async (_, study, method) => {
  const [target = ''] = study.leaveOut;
  const run = await loadPlannedRun(study, { method, target, seed: 0 }, ownPlugins);
  expect(Object.keys(run.experiment.data.target)).toEqual([target]);
  expect(run.experiment.optimizer.use).toBe(study.methods[method]?.['optimizer.use']);
  const trial = await loadPlannedRun(study, { method, target, seed: 1000, trial: 0 }, ownPlugins);
  expect([Object.keys(trial.experiment.data.target), Object.keys(trial.experiment.data.source).includes(target), trial.experiment.seed]).toEqual([
    [],
    false,
    1000,
  ]);
});

it('6 methods with 4 trials each: 24 for each of 6 angles, of 4 cameras from random weights, and of 2 of them from pretrained ones', () => {
  const trials = [...studies].map(([name, { leaveOut, methods: all }]) => [name, leaveOut.length * Object.keys(all).length * searchOf(name).trials]);
  expect(Object.fromEntries(trials)).toEqual({ 'rotated-mnist': 144, recapture: 96, pretrained: 48 });
});

it('ERM at twice the rate searches twice the rates of ERM, trial by trial, but for the rounding to two digits', () => {
  const { of, trials, seed } = searchOf('recapture');
  const rates = (method: string) => drawTrials(of[method] ?? {}, { trials, seed }).map((drawn) => drawn['optimizer.base.learningRate'] as number);
  const single = rates('erm');
  expect(single).toHaveLength(4);
  for (const [i, rate] of rates('erm-double').entries()) expect(Math.abs(rate / (single[i] as number) - 2)).toBeLessThan(0.15);
});
