import { defineMetric } from '../contracts/metric.ts';
import { binaryMetric, falseAcceptRate, falseRejectRate, noOptions } from './binary-metric.ts';

/** HTER = (FAR + FRR) / 2 at the threshold; FAR over all attacks together, whatever their species. */
export const hter = defineMetric({
  name: 'hter',
  summary: 'Half total error rate: (FAR + FRR) / 2 at the threshold',
  options: noOptions,
  classes: 'binary',
  usesThreshold: true,
  better: 'lower',
  create: () =>
    binaryMetric('hter', 'both', ({ bonaFide, attacks }, { threshold }) => (falseAcceptRate(attacks, threshold) + falseRejectRate(bonaFide, threshold)) / 2),
});
