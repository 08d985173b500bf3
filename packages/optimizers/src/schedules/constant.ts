import { defineSchedule } from '@gradalign/core';
import { Type } from '@sinclair/typebox';
import { warmupFactor, warmupOption } from './warmup.ts';

export const constant = defineSchedule({
  name: 'constant',
  isDefault: true,
  summary: 'The learning rate stays as it is',
  options: Type.Object({ warmup: warmupOption }, { additionalProperties: false }),
  create: ({ warmup }) => ({ factor: (progress) => warmupFactor(warmup, progress) }),
});
