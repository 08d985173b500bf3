import { Type } from '@sinclair/typebox';
import type * as tf from '@tensorflow/tfjs-core';
import type { OfferedWeights } from '../contracts/offered-weights.ts';
import type { Weights } from '../contracts/weights.ts';
import type { WeightAverage } from '../training/weight-average.ts';

/** How averaged weights get batch norm's running statistics. */
export interface StatisticsOptions {
  readonly statistics: 'recompute' | 'average';
  readonly statisticsBatches?: number;
}

export const weightsName = (fallback: string) =>
  Type.String({
    pattern: '^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9-])?$',
    maxLength: 100,
    default: fallback,
    description: 'Name of the weights: in results, tables and --weights',
  });

export const statisticsOptions = (fallback: StatisticsOptions['statistics'], source: string) => ({
  statistics: Type.Unsafe<StatisticsOptions['statistics']>({
    type: 'string',
    enum: ['recompute', 'average'],
    default: fallback,
    description: `Running statistics of batch norm: recomputed over training batches at the averaged weights, or averaged like the weights (${source})`,
  }),
  statisticsBatches: Type.Optional(Type.Integer({ minimum: 1, description: 'Number of training batches that they are recomputed over; default: one epoch' })),
});

/** What is averaged at a step: all parameters, frozen ones included, and the statistics if they are averaged too. */
export function averagedValues(weights: Weights, { statistics }: StatisticsOptions): ReadonlyMap<string, tf.Tensor> {
  return statistics === 'average' ? new Map<string, tf.Tensor>([...weights.parameters, ...weights.statistics]) : weights.parameters;
}

/** A mean as a callback offers it; takes ownership of the mean. */
export function offerAverage(
  mean: WeightAverage,
  { statistics, statisticsBatches }: StatisticsOptions,
  rest: Pick<OfferedWeights, 'about' | 'facts' | 'warning'>,
): OfferedWeights {
  return {
    ...rest,
    values: mean.values,
    statistics: statistics === 'average' ? 'given' : statisticsBatches === undefined ? {} : { batches: statisticsBatches },
    [Symbol.dispose]: () => mean[Symbol.dispose](),
  };
}
