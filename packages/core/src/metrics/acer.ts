import { acer as acerAt } from '@gradalign/metrics';
import { defineMetric } from '../contracts/metric.ts';
import { binaryMetric, noOptions } from './binary-metric.ts';

/** ACER = (max over species of APCER + BPCER) / 2. */
export const acer = defineMetric({
  name: 'acer',
  summary: 'Mean of BPCER and the APCER of the worst species, at the threshold',
  paper: 'ISO/IEC 30107-3 (2017 edition)',
  options: noOptions,
  classes: 'binary',
  usesThreshold: true,
  better: 'lower',
  create: () => binaryMetric('acer', 'both', (scores, { threshold }) => acerAt(scores, threshold), ['acer']),
});
