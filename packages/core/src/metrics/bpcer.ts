import { defineMetric } from '../contracts/metric.ts';
import { binaryMetric, falseRejectRate, noOptions } from './binary-metric.ts';

/** Bona fide presentation classification error rate of ISO/IEC 30107-3. */
export const bpcer = defineMetric({
  name: 'bpcer',
  summary: 'Share of bona fide samples refused, at the threshold',
  paper: 'ISO/IEC 30107-3',
  options: noOptions,
  classes: 'binary',
  usesThreshold: true,
  better: 'lower',
  create: () => binaryMetric('bpcer', 'bona fide', ({ bonaFide }, { threshold }) => falseRejectRate(bonaFide, threshold)),
});
