import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { Schedule } from '../contracts/schedule.ts';
import { describeExtension, type Extension } from './describe-extension.ts';

const constant: Schedule = { factor: () => 1 };
/** 1 at the first step, 0 at the end of the run. */
const linear: Schedule = { factor: ({ step, stepsPerEpoch, epochs }) => 1 - step / (stepsPerEpoch * epochs) };
const told = (more: Partial<Extension>) =>
  describeExtension({
    from: 2,
    to: 4,
    schedule: constant,
    losses: { auxiliaries: [], names: [] },
    callbacks: [],
    names: [],
    stepsPerEpoch: 5,
    evaluateEvery: 1,
    done: 2,
    ...more,
  });

it('2 epochs of a constant rate and 2 more are 4', () => {
  expect(told({})).toEqual({ about: '2 epochs become 4: the same as a run of 4 from the start', same: true });
});

it('a rate that falls to 0 over the run jumps: from 1 - 9/10 after 9 of 10 steps to 1 - 10/20', () => {
  const { about, same } = told({ schedule: linear });
  expect(same).toBe(false);
  expect(about).toContain('the schedule followed 2 epochs (from epoch 0 on), and the learning rate jumps from 0.1 to 0.5 of what is set');
});

it('an interrupted run that has done nothing yet loses nothing', () => {
  expect(told({ schedule: linear, done: 0 }).same).toBe(true);
});

it('callbacks that go by the length of the run, or saw figures that a longer run would not have measured then, are named', () => {
  expect(told({ callbacks: [{ runStarted: () => {} }], names: ['swa'] }).about).toContain("callback 'swa' went by the number of steps");
  const watching = { callbacks: [{ epochEnded: () => {} }], names: ['best-checkpoint'] };
  expect(told(watching).same).toBe(true);
  expect(told({ ...watching, evaluateEvery: 3 }).about).toContain("callback 'best-checkpoint' was told the figures of epoch 1, the last one then");
});

it('a loss that goes by the share of the run makes it another run, once a step is done', () => {
  const losses = { auxiliaries: [{ role: 'auxiliary', followsProgress: true, value: () => tf.scalar(0) } as const], names: ['domain-adversarial'] };
  expect(told({ losses }).about).toBe(
    "2 epochs become 4: not the same as a run of 4 from the start, since loss 'domain-adversarial' went by the share of the run",
  );
  expect(told({ losses, done: 0 }).same).toBe(true);
});
