import { Type } from '@sinclair/typebox';
import { defineCallback } from '../contracts/callback.ts';
import { figureOptions, isImprovement, readFigure } from './watched-figure.ts';

/** Stops when a figure on the held-out source share has not improved for `patience` evaluations. Never looks at the target. */
export const earlyStopping = defineCallback({
  name: 'early-stopping',
  summary: 'Stops when a figure on the held-out source share has not improved for some evaluations',
  options: Type.Object(
    {
      ...figureOptions,
      patience: Type.Integer({ minimum: 1, default: 5, description: 'Evaluations without improvement before it stops' }),
      by: Type.Number({ minimum: 0, default: 0, description: 'An improvement must be larger than this' }),
    },
    { additionalProperties: false },
  ),
  create({ metric, better, patience, by }) {
    let best: number | undefined;
    let since = 0;
    return {
      watches: metric,
      epochEnded({ validation, stop }) {
        if (!validation) return;
        const value = readFigure(validation, metric);
        const improved = best === undefined || isImprovement(value, best, better, by);
        if (improved) best = value;
        since = improved ? 0 : since + 1;
        if (since >= patience) stop(`${metric} on the held-out share has not improved on ${best?.toPrecision(4)} for ${patience} evaluations`);
      },
      state: () => ({ values: { best, since } }),
      restore({ values }) {
        best = values?.['best'] as number | undefined;
        since = (values?.['since'] as number | undefined) ?? 0;
      },
    };
  },
});
