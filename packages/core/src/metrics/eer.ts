import { equalErrorRate, roc } from '@gradalign/metrics';
import { defineMetric } from '../contracts/metric.ts';
import { binaryMetric, noOptions } from './binary-metric.ts';

/** (FAR + FRR) / 2 at the samples' own equal error point, whatever the threshold in use; see equalErrorRate. */
export const eer = defineMetric({
  name: 'eer',
  summary: 'Equal error rate: (FAR + FRR) / 2 where the two are nearest, on these samples',
  options: noOptions,
  classes: 'binary',
  usesThreshold: false,
  better: 'lower',
  create: () => binaryMetric('eer', 'both', ({ bonaFide, attacks }) => equalErrorRate(roc(bonaFide, attacks)).rate, ['eer']),
});
