import { accuracy as shareRight } from '@gradalign/metrics';
import { defineMetric } from '../contracts/metric.ts';
import { noOptions } from './binary-metric.ts';
import { classMetric } from './class-metric.ts';

/** Share of samples whose most probable class is their label (the first one on a tie); with two classes, the threshold is 0.5. */
export const accuracy = defineMetric({
  name: 'accuracy',
  isDefault: true,
  summary: 'Share of samples whose most probable class is the right one',
  options: noOptions,
  classes: 'any',
  usesThreshold: false,
  better: 'higher',
  create: () => classMetric(shareRight),
});
