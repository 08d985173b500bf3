import { defineSchedule } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { warmupFactor, warmupOption } from './warmup.ts';

/**
 * The factor is 1, after the warm-up.
 *
 * @example
 * ```ts
 * import { constant } from '@gradalign/optimizers';
 *
 * const schedule = constant.create({ warmup: 1 });
 * console.log(schedule.factor({ step: 4, epoch: 0, stepsPerEpoch: 10, epochs: 100 })); // 0.5: the fifth of ten steps of warm-up
 * ```
 */
export const constant = defineSchedule({
  name: 'constant',
  isDefault: true,
  summary: 'The learning rate stays constant',
  options: Type.Object({ warmup: warmupOption }, { additionalProperties: false }),
  create: ({ warmup }) => ({ factor: (progress) => warmupFactor(warmup, progress) }),
});
