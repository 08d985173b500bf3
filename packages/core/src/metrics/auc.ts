import { areaUnderCurve, roc } from '@gradalign/metrics';
import { defineMetric } from '../contracts/metric.ts';
import { binaryMetric, noOptions } from './binary-metric.ts';

/** Area under the ROC; see areaUnderCurve. */
export const auc = defineMetric({
  name: 'auc',
  summary: 'Area under the ROC: how often a bona fide sample scores higher than an attack',
  options: noOptions,
  classes: 'binary',
  usesThreshold: false,
  better: 'higher',
  create: () => binaryMetric('auc', 'both', ({ bonaFide, attacks }) => areaUnderCurve(roc(bonaFide, attacks)), ['auc']),
});
