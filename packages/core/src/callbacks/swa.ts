import { Type } from '@sinclair/typebox';
import { defineCallback } from '../contracts/callback.ts';
import { WeightAverage } from '../training/weight-average.ts';
import { averagedValues, offerAverage, statisticsOptions, weightsName } from './averaging-options.ts';

/**
 * The mean of the weights after step s, s + c, s + 2c, ...: algorithm 1 of the paper, whose first summand is the weights after 75 % of the steps. From
 * there on the paper keeps the learning rate constant or cycles it; here the experiment's schedule decides. Costs one more copy of the weights.
 */
export const swa = defineCallback({
  name: 'swa',
  summary: 'Stochastic weight averaging: the mean of the weights at the end of each of the last epochs, evaluated alongside the raw weights',
  paper: 'Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization, UAI 2018, arXiv 1803.05407',
  options: Type.Object(
    {
      start: Type.Number({ minimum: 0, maximum: 1, default: 0.75, description: "Share of the run's steps before the first weights that are averaged" }),
      every: Type.Optional(Type.Integer({ minimum: 1, description: 'c: steps between the weights that are averaged; default: one epoch' })),
      ...statisticsOptions('recompute', "default: recomputed, the paper's section 3.2"),
      name: weightsName('swa'),
    },
    { additionalProperties: false },
  ),
  create(options) {
    const { start, name } = options;
    let first = 1;
    let last = 0;
    let mean = new WeightAverage();
    return {
      runStarted({ steps }) {
        first = Math.max(1, Math.round(start * steps));
      },
      stepEnded({ progress, weights }) {
        const taken = progress.step + 1;
        const every = options.every ?? progress.stepsPerEpoch;
        if (taken < first || (taken - first) % every !== 0) return;
        mean.add(averagedValues(weights, options));
        last = taken;
      },
      offers: {
        name,
        take: () =>
          mean.count === 0
            ? { error: `the run ended before step ${first}, where averaging starts` }
            : offerAverage(mean.copy(), options, {
                about: `mean of ${mean.count} weights, after steps ${first} to ${last}`,
                facts: { weights: mean.count, first, last },
              }),
      },
      state: () => ({ values: { count: mean.count, last }, tensors: mean.tensors('mean') }),
      restore({ values, tensors }) {
        mean[Symbol.dispose]();
        mean = WeightAverage.restored(tensors, 'mean', values?.['count']);
        last = (values?.['last'] as number | undefined) ?? 0;
      },
      [Symbol.dispose]: () => mean[Symbol.dispose](),
    };
  },
});
