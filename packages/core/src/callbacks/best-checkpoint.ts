import { Type } from '@sinclair/typebox';
import { defineCallback } from '../contracts/callback.ts';
import { WeightAverage } from '../training/weight-average.ts';
import { offerAverage, weightsName } from './averaging-options.ts';
import { figureOptions, isImprovement, readFigure } from './watched-figure.ts';

/** Keeps the weights of the evaluated epoch with the best figure on the held-out source share. Costs one more copy of the weights. */
export const bestCheckpoint = defineCallback({
  name: 'best-checkpoint',
  summary: 'The weights of the epoch with the best figure on the held-out source share, kept and evaluated alongside the raw weights',
  options: Type.Object({ ...figureOptions, name: weightsName('best') }, { additionalProperties: false }),
  create({ metric, better, name }) {
    let best: { readonly value: number; readonly epoch: number } | undefined;
    let kept = new WeightAverage();
    return {
      watches: metric,
      epochEnded({ epoch, validation, weights }) {
        if (!validation) return;
        const value = readFigure(validation, metric);
        // Ties go to the latest epoch: on a small held-out share, several epochs often make no mistake.
        if (best && isImprovement(best.value, value, better)) return;
        best = { value, epoch };
        kept[Symbol.dispose]();
        kept.add(new Map([...weights.parameters, ...weights.statistics]));
      },
      offers: {
        name,
        take: () =>
          best
            ? offerAverage(
                kept.copy(),
                { statistics: 'average' },
                {
                  about: `weights after epoch ${best.epoch}, ${metric} ${best.value.toPrecision(4)} on the held-out share`,
                  facts: { epoch: best.epoch, [metric]: best.value },
                },
              )
            : { error: 'the held-out share was never evaluated while the run trained' },
      },
      state: () => ({ values: { best }, tensors: kept.tensors('best') }),
      restore({ values, tensors }) {
        best = values?.['best'] as typeof best;
        kept[Symbol.dispose]();
        kept = WeightAverage.restored(tensors, 'best', best ? 1 : 0);
      },
      [Symbol.dispose]: () => kept[Symbol.dispose](),
    };
  },
});
