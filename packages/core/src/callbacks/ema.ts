import { Type } from '@sinclair/typebox';
import { defineCallback } from '../contracts/callback.ts';
import { WeightAverage } from '../training/weight-average.ts';
import { averagedValues, offerAverage, statisticsOptions, weightsName } from './averaging-options.ts';

/**
 * θ̄_t = d θ̄_(t-1) + (1 - d) θ_t after every step, from θ̄_0 = 0, divided by 1 - d^t: a weighted mean of the iterates with weights proportional to
 * d^(t-i), without the initial weights. Stored bias-corrected: θ̄ += (1 - d) / (1 - d^t) · (θ_t - θ̄). Costs one more copy of the weights.
 */
export const ema = defineCallback({
  name: 'ema',
  summary: 'Exponential moving average of the weights, bias-corrected, evaluated alongside the raw weights',
  paper: 'Kingma and Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, section 7.2 (temporal averaging), arXiv 1412.6980',
  options: Type.Object(
    {
      decay: Type.Number({ minimum: 0, exclusiveMaximum: 1, default: 0.999, description: 'd: half of the weight lies on the last ln 2 / (1 - d) steps' }),
      ...statisticsOptions('average', 'default: averaged, as in a moving average of the whole model'),
      name: weightsName('ema'),
    },
    { additionalProperties: false },
  ),
  create(options) {
    const { decay, name } = options;
    let mean = new WeightAverage();
    return {
      stepEnded({ weights }) {
        mean.move(averagedValues(weights, options), (1 - decay) / (1 - decay ** (mean.count + 1)));
      },
      offers: {
        name,
        take: () =>
          mean.count === 0
            ? { error: 'no step was taken' }
            : offerAverage(mean.copy(), options, {
                about: `moving average of the weights after all ${mean.count} steps, decay ${decay}`,
                facts: { steps: mean.count, decay },
              }),
      },
      state: () => ({ values: { count: mean.count }, tensors: mean.tensors('mean') }),
      restore({ values, tensors }) {
        mean[Symbol.dispose]();
        mean = WeightAverage.restored(tensors, 'mean', values?.['count']);
      },
      [Symbol.dispose]: () => mean[Symbol.dispose](),
    };
  },
});
