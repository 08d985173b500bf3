import { roc, truePositiveRateAt } from '@gradalign/metrics';
import { Type } from '@sinclair/typebox';
import { defineMetric } from '../contracts/metric.ts';
import { binaryMetric } from './binary-metric.ts';

/** `tpr@fpr=1%`. */
export const tprAtFpr = defineMetric({
  name: 'tpr@fpr',
  summary: 'Largest share of bona fide samples accepted while at most the share fpr of attacks is',
  options: Type.Object(
    { fpr: Type.Number({ minimum: 0, maximum: 1, default: 0.01, description: 'Share of attacks accepted at most' }) },
    { additionalProperties: false },
  ),
  classes: 'binary',
  usesThreshold: false,
  choosesThreshold: true,
  better: 'higher',
  shorthand: 'fpr',
  create: ({ fpr }) => binaryMetric('tpr@fpr', 'both', ({ bonaFide, attacks }) => truePositiveRateAt(roc(bonaFide, attacks), fpr), ['tprAtFpr', String(fpr)]),
});
