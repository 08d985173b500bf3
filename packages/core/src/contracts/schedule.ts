import type { TSchema } from '@sinclair/typebox';
import type { Define } from './plugin.ts';

/** How far training is. `step` counts from 0 over the whole run, `epoch` from 0. */
export interface Progress {
  readonly step: number;
  readonly epoch: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
}

/** The course of the learning rate over a run. */
export interface Schedule {
  /** Multiplies every learning rate at this step; usually in 0..1. Depends on `progress` only, so that a run can be resumed anywhere. */
  factor(progress: Progress): number;
}

/** A schedule as a plugin offers it: its name, its options' schema, and how to make it. */
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
