import { apcer as apcerAt } from '@gradalign/metrics';
import { defineMetric } from '../contracts/metric.ts';
import { binaryMetric, noOptions } from './binary-metric.ts';

/** Attack presentation classification error rate of ISO/IEC 30107-3, by species: { print: 0.1, replay: 0.02 }. */
export const apcer = defineMetric({
  name: 'apcer',
  summary: 'Share of attacks accepted, for each attack instrument species, at the threshold',
  paper: 'ISO/IEC 30107-3',
  options: noOptions,
  classes: 'binary',
  usesThreshold: true,
  better: 'lower',
  create: () => binaryMetric('apcer', 'attacks', (scores, { threshold }) => apcerAt(scores, threshold), ['apcer']),
});
