import { roc, truePositiveRateNearest } from '@gradalign/metrics';
import { Type } from '@sinclair/typebox';
import { defineMetric } from '../contracts/metric.ts';
import { binaryMetric } from './binary-metric.ts';

/** `tpr@nearest-fpr=5%`: for comparison with figures of released code; it has a name of its own, since it is not `tpr@fpr`. */
export const tprAtNearestFpr = defineMetric({
  name: 'tpr@nearest-fpr',
  summary: "Share of bona fide samples accepted at the first point of the ROC nearest to fpr, which may lie above it: the released GAC-FAS code's TPR@FPR",
  options: Type.Object(
    { fpr: Type.Number({ minimum: 0, maximum: 1, default: 0.05, description: 'Share of attacks accepted, about' }) },
    { additionalProperties: false },
  ),
  classes: 'binary',
  usesThreshold: false,
  choosesThreshold: true,
  better: 'higher',
  shorthand: 'fpr',
  create: ({ fpr }) => binaryMetric('tpr@nearest-fpr', 'both', ({ bonaFide, attacks }) => truePositiveRateNearest(roc(bonaFide, attacks), fpr)),
});
