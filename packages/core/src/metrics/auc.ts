import { defineMetric } from '../contracts/metric.ts';
import { areaUnderCurve } from './area-under-curve.ts';
import { binaryMetric, noOptions } from './binary-metric.ts';
import { roc } from './roc.ts';

/** Area under the ROC; see areaUnderCurve. */
export const auc = defineMetric({
  name: 'auc',
  summary: 'Area under the ROC: how often a bona fide sample scores higher than an attack',
  options: noOptions,
  classes: 'binary',
  usesThreshold: false,
  better: 'higher',
  create: () => binaryMetric('auc', 'both', ({ bonaFide, attacks }) => areaUnderCurve(roc(bonaFide, attacks))),
});
