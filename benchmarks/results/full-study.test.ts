import { loadExperiment } from '@gradalign/core';
import { expect, it } from 'vitest';
import { fullStudy } from './full-study.ts';
import { planTrials } from './plan-jobs.ts';
import { ownPlugins } from './train-job.ts';

const trials = planTrials(fullStudy, 'runs');
/** The first trial of each method of each benchmark. */
const firsts = [...new Map(trials.map((job) => [`${job.benchmark}, ${job.method}`, job] as const).toReversed())];

it.each(firsts)('what the study trains is a valid experiment: %s', async (_, { experiment: file, set }) => {
  const { experiment } = await loadExperiment(file, { set: Object.entries(set).map(([path, value]) => ({ path, value })), ...ownPlugins });
  expect(Object.keys(experiment.data.target)).toEqual([set['data.leaveOut']]);
  expect(experiment.optimizer.use).toBe(set['optimizer.use']);
});

it('6 methods with 4 trials each: 24 for each of 6 angles, and for each of 4 cameras from random and from pretrained weights', () => {
  expect(Object.fromEntries(Object.keys(fullStudy.benchmarks).map((name) => [name, trials.filter(({ benchmark }) => benchmark === name).length]))).toEqual({
    'rotated-mnist': 144,
    recapture: 96,
    pretrained: 96,
  });
});

it('ERM at twice the rate searches twice the rates of ERM, trial by trial, but for the rounding to two digits', () => {
  const rates = (method: string) =>
    trials.filter((job) => job.method === method && job.target === 'phone').map(({ drawn }) => drawn['optimizer.base.learningRate'] as number);
  const single = rates('erm');
  for (const [i, rate] of rates('erm-double').entries()) expect(Math.abs(rate / (single[i] as number) - 2)).toBeLessThan(0.15);
});
