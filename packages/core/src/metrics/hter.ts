import { hter as hterAt } from '@gradalign/metrics';
import { defineMetric } from '../contracts/metric.ts';
import { binaryMetric, noOptions } from './binary-metric.ts';

/** HTER = (FAR + FRR) / 2 at the threshold; FAR over all attacks together, whatever their species. */
export const hter = defineMetric({
  name: 'hter',
  summary: 'Half total error rate: (FAR + FRR) / 2 at the threshold',
  options: noOptions,
  classes: 'binary',
  usesThreshold: true,
  better: 'lower',
  create: () => binaryMetric('hter', 'both', (scores, { threshold }) => hterAt(scores, threshold), ['hter']),
});
