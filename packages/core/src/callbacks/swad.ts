import { Type } from '@sinclair/typebox';
import type * as tf from '@tensorflow/tfjs-core';
import { defineCallback } from '../contracts/callback.ts';
import { WeightAverage } from '../training/weight-average.ts';
import { averagedValues, offerAverage, statisticsOptions, weightsName } from './averaging-options.ts';
import { type LossValleyState, nextLoss, noEvaluations } from './loss-valley.ts';

/**
 * θ_SWAD = 1 / (t_e - t_s + 1) · Σ θ_i over the steps t_s..t_e of a loss valley, which loss-valley.ts finds. The loss on the held-out source share is
 * measured every n steps, so t_s and t_e are intervals of n steps: every step of the first and of the last interval counts, as in the released code.
 * Where the released code differs from the paper, this follows the paper: the released code moves t_s back over earlier intervals whose loss is below
 * the limit, and drops a run's last intervals whose loss is above it even if they are fewer than N_e. A valley that does not end extends to the last
 * step; a run without a valley averages all its steps (t_s = 0, t_e = T) and warns. Costs at most N_s + 2 more copies of the weights, 3 within the valley.
 */
export const swad = defineCallback({
  name: 'swad',
  summary: 'The mean of the weights after every step in the loss valley of the held-out source share, evaluated alongside the raw weights',
  paper: 'Cha et al., SWAD: Domain Generalization by Seeking Flat Minima, NeurIPS 2021, arXiv 2102.08604',
  options: Type.Object(
    {
      every: Type.Integer({
        minimum: 1,
        default: 100,
        description: 'Steps between measurements of the held-out loss (released code: 100; 50 for VLCS, 500 for DomainNet)',
      }),
      optimumPatience: Type.Integer({
        minimum: 1,
        default: 3,
        description: 'N_s: the valley starts at a loss that is the lowest of this many from it on (paper: 3)',
      }),
      overfitPatience: Type.Integer({ minimum: 1, default: 6, description: 'N_e: it ends before this many losses in a row above the limit (paper: 6)' }),
      tolerance: Type.Number({
        minimum: 1,
        default: 1.3,
        description: 'r: the limit is r times the mean of the N_s losses (paper: 1.3; 1.2 for VLCS)',
      }),
      stop: Type.Boolean({
        default: false,
        description: 'End training after the epoch in which the valley ends, as the paper does; the averaged weights are the same either way',
      }),
      ...statisticsOptions('recompute', 'default: recomputed; the released code does so over 500 batches'),
      name: weightsName('swad'),
    },
    { additionalProperties: false },
  ),
  create(options) {
    const { every, name } = options;
    let valley: LossValleyState = noEvaluations;
    let steps = 0;
    /** Mean of all steps until a valley is found; then of those known to lie in it. */
    let mean = new WeightAverage();
    /** Mean of the steps since the last measurement. */
    let interval = new WeightAverage();
    /** The last N_s intervals, until a valley is found. */
    let recent: WeightAverage[] = [];
    /** Within a valley: mean of the steps since `valley.inside`, which belong to it if it continues. */
    let pending = new WeightAverage();

    const dispose = () => {
      for (const average of [mean, interval, pending, ...recent.splice(0)]) average[Symbol.dispose]();
    };
    const seek = (loss: number) => {
      mean.add(interval.values, interval.count);
      recent.push(interval);
      interval = new WeightAverage();
      if (recent.length > options.optimumPatience) recent.shift()?.[Symbol.dispose]();
      valley = nextLoss(valley, loss, options);
      const { start, inside = 0 } = valley;
      if (start === undefined) return;
      mean[Symbol.dispose]();
      for (const [i, each] of recent.splice(0).entries()) {
        (start + i <= inside ? mean : pending).add(each.values, each.count);
        each[Symbol.dispose]();
      }
    };
    const follow = (loss: number) => {
      pending.add(interval.values, interval.count);
      interval[Symbol.dispose]();
      valley = nextLoss(valley, loss, options);
      if (valley.inside === valley.evaluations) mean.add(pending.values, pending.count);
      if (valley.inside === valley.evaluations || valley.end !== undefined) pending[Symbol.dispose]();
    };
    const describe = (averaged: number) => {
      const { start, end, evaluations } = valley;
      const first = start === undefined ? 1 : (start - 1) * every + 1;
      const last = end === undefined ? steps : end * every;
      return {
        about: `mean of the weights after steps ${first} to ${last}${end === undefined ? ` (${start === undefined ? 'no loss valley was found' : 'the valley did not end'})` : ''}`,
        facts: { weights: averaged, first, last },
        ...(start === undefined
          ? {
              warning: `'${name}' found no loss valley in ${evaluations} measurements, one every ${every} steps: it is the mean of the weights after all ${steps} steps`,
            }
          : {}),
      };
    };

    return {
      stepEnded({ progress, weights }) {
        steps = progress.step + 1;
        if (valley.end === undefined) interval.add(averagedValues(weights, options));
      },
      heldOutLoss: {
        every,
        atLeast: options.optimumPatience,
        measured({ loss }) {
          if (valley.end !== undefined) return;
          if (valley.start === undefined) seek(loss);
          else follow(loss);
        },
      },
      epochEnded({ stop }) {
        if (options.stop && valley.end !== undefined) stop(`the loss valley of '${name}' ended at step ${valley.end * every}`);
      },
      offers: {
        name,
        take() {
          if (steps === 0) return { error: 'no step was taken' };
          const whole = mean.copy();
          for (const { values, count } of [pending, interval]) whole.add(values, count);
          return offerAverage(whole, options, describe(whole.count));
        },
      },
      state: () => ({
        values: { valley, steps, counts: { mean: mean.count, interval: interval.count, pending: pending.count, recent: recent.map(({ count }) => count) } },
        tensors: {
          ...mean.tensors('mean'),
          ...interval.tensors('interval'),
          ...pending.tensors('pending'),
          ...recent.reduce<Record<string, tf.Tensor>>((all, average, i) => Object.assign(all, average.tensors(`recent${i}`)), {}),
        },
      }),
      restore({ values = {}, tensors }) {
        dispose();
        const counts = (values['counts'] ?? {}) as { mean?: number; interval?: number; pending?: number; recent?: readonly number[] };
        valley = (values['valley'] as LossValleyState | undefined) ?? noEvaluations;
        steps = (values['steps'] as number | undefined) ?? 0;
        mean = WeightAverage.restored(tensors, 'mean', counts.mean);
        interval = WeightAverage.restored(tensors, 'interval', counts.interval);
        pending = WeightAverage.restored(tensors, 'pending', counts.pending);
        recent = (counts.recent ?? []).map((count, i) => WeightAverage.restored(tensors, `recent${i}`, count));
      },
      [Symbol.dispose]: dispose,
    };
  },
});
