import { defineSchedule } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { warmupFactor, warmupOption } from './warmup.ts';

/**
 * floor + (1 - floor) · (1 + cos(π · s)) / 2, where s rises from 0 at the end of the warm-up to 1 at the end of the run.
 *
 * @example
 * ```ts
 * import { cosine } from '@gradalign/optimizers';
 *
 * const schedule = cosine.create({ floor: 0, warmup: 0 });
 * console.log(schedule.factor({ step: 500, epoch: 50, stepsPerEpoch: 10, epochs: 100 })); // 0.5: half the run is over
 * ```
 */
export const cosine = defineSchedule({
  name: 'cosine',
  summary: 'The learning rate falls along half a cosine',
  options: Type.Object(
    { floor: Type.Number({ minimum: 0, maximum: 1, default: 0, description: 'Factor at the end of the run' }), warmup: warmupOption },
    { additionalProperties: false },
  ),
  create: ({ floor, warmup }) => ({
    factor(progress) {
      const { step, stepsPerEpoch, epochs } = progress;
      const first = warmup * stepsPerEpoch;
      const share = Math.min(1, Math.max(0, (step - first) / Math.max(1, epochs * stepsPerEpoch - first)));
      return (floor + ((1 - floor) * (1 + Math.cos(Math.PI * share))) / 2) * warmupFactor(warmup, progress);
    },
  }),
});
