import type { TSchema } from '@sinclair/typebox';
import type { Define } from './plugin.ts';

/** Where training stands. `step` counts from 0 over the whole run; `epoch` from 0. */
export interface Progress {
  readonly step: number;
  readonly epoch: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
}

/** The factor (usually 0..1) that multiplies every learning rate at a step. */
export interface Schedule {
  factor(progress: Progress): number;
}

export interface ScheduleDefinition<S extends TSchema = TSchema> extends Define<'schedule', S, [], Schedule> {}

/**
 * A learning-rate schedule of a plugin.
 *
 * @example
 * ```ts
 * import { defineSchedule } from '@gradalign/core';
 * import { Type } from '@sinclair/typebox';
 *
 * export const linearDecay = defineSchedule({
 *   name: 'linear-decay',
 *   summary: 'The learning rate falls linearly to zero',
 *   options: Type.Object({}, { additionalProperties: false }),
 *   create: () => ({ factor: ({ step, stepsPerEpoch, epochs }) => 1 - step / (stepsPerEpoch * epochs) }),
 * });
 * ```
 */
export function defineSchedule<const S extends TSchema>(definition: Omit<ScheduleDefinition<S>, 'kind'>): ScheduleDefinition<S> {
  return { kind: 'schedule', ...definition };
}
