import { defineSchedule } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { warmupFactor, warmupOption } from './warmup.ts';

/**
 * factor^floor(epoch / every).
 *
 * @example
 * ```ts
 * import { step } from '@gradalign/optimizers';
 *
 * const schedule = step.create({ every: 40, factor: 0.5, warmup: 0 });
 * console.log(schedule.factor({ step: 850, epoch: 85, stepsPerEpoch: 10, epochs: 100 })); // 0.25: two decays so far
 * ```
 */
export const step = defineSchedule({
  name: 'step',
  summary: 'The learning rate is multiplied by a factor at regular intervals',
  options: Type.Object(
    {
      every: Type.Integer({ minimum: 1, default: 40, description: 'Epochs from one decay to the next' }),
      factor: Type.Number({ exclusiveMinimum: 0, maximum: 1, default: 0.5 }),
      warmup: warmupOption,
    },
    { additionalProperties: false },
  ),
  create: ({ every, factor, warmup }) => ({ factor: (progress) => factor ** Math.floor(progress.epoch / every) * warmupFactor(warmup, progress) }),
});
