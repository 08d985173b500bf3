import { bpcer as bpcerAt } from '@gradalign/metrics';
import { defineMetric } from '../contracts/metric.ts';
import { binaryMetric, noOptions } from './binary-metric.ts';

/** Bona fide presentation classification error rate of ISO/IEC 30107-3. */
export const bpcer = defineMetric({
  name: 'bpcer',
  summary: 'Share of bona fide samples refused, at the threshold',
  paper: 'ISO/IEC 30107-3',
  options: noOptions,
  classes: 'binary',
  usesThreshold: true,
  better: 'lower',
  create: () => binaryMetric('bpcer', 'bona fide', ({ bonaFide }, { threshold }) => bpcerAt(bonaFide, threshold), ['bpcer']),
});
