import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { completeOptions } from '../configuration/complete-options.ts';
import type { Callback } from '../contracts/callback.ts';
import type { AnyItem } from '../contracts/plugin.ts';
import { Weights } from '../contracts/weights.ts';
import { stepEvent } from '../testing/step-event.ts';
import { bestCheckpoint } from './best-checkpoint.ts';
import { ema } from './ema.ts';
import { swa } from './swa.ts';
import { swad } from './swad.ts';

beforeAll(async () => {
  await loadEngine();
});

const make = (item: unknown, options: Record<string, unknown> = {}): Callback => {
  const definition = item as AnyItem & { create(options: unknown): Callback };
  return definition.create(completeOptions(definition, options));
};

/** Iterates of w ← w - rate · w, gradient descent on w² / 2 from 8. */
const parabola = (steps: number, rate = 0.5) => Array.from({ length: steps }, (_, i) => 8 * (1 - rate) ** (i + 1));

/** What a run tells a callback: 4 steps an epoch, `losses[i]` the held-out loss after step i + 1, whenever it is asked for. */
function run(
  callback: Callback,
  iterates: readonly number[],
  { losses = [], from = 0, total = iterates.length }: { losses?: readonly number[]; from?: number; total?: number } = {},
) {
  using weights = new Weights({ w: tf.tensor1d([8, 1]) }, { 'bn/mean': tf.scalar(0) });
  const report = { kind: 'erm', losses: { total: 0, risks: {} } };
  const reasons: string[] = [];
  void callback.runStarted?.({ steps: total, weights });
  for (let step = from; step < iterates.length; step++) {
    // The second value never changes, as that of a frozen layer.
    for (const [name, value] of Object.entries({ w: tf.tensor1d([iterates[step] as number, 1 / 3]), 'bn/mean': tf.scalar(10 * (iterates[step] as number)) })) {
      weights.assign(name, value);
      value.dispose();
    }
    const progress = { step, epoch: Math.floor(step / 4), stepsPerEpoch: 4, epochs: 10 };
    void callback.stepEnded?.(stepEvent({ progress, report, weights }));
    const { heldOutLoss } = callback;
    if (heldOutLoss && (step + 1) % heldOutLoss.every === 0) void heldOutLoss.measured({ progress, loss: losses[step] as number, weights });
    if ((step + 1) % 4 === 0) {
      const validation = { hter: losses[step] ?? 0 };
      void callback.epochEnded?.({ epoch: progress.epoch, validation, weights, stop: (reason) => void reasons.push(`${step + 1}: ${reason}`) });
    }
  }
  return reasons;
}

function offer(callback: Callback) {
  const taken = callback.offers?.take();
  if (!taken || 'error' in taken) throw new Error(taken?.error ?? 'nothing is offered');
  using offered = taken;
  const values = Object.fromEntries([...offered.values].map(([name, tensor]) => [name, Array.from(tensor.dataSync())]));
  const { about, facts, warning, statistics } = offered;
  return { w: values['w']?.[0] as number, values, about, facts, warning, statistics };
}

describe('ema', () => {
  it('with decay 0.9 of 4, 2: (0.1 · 0.9 · 4 + 0.1 · 2) / (1 - 0.81) = 2.9474; statistics are averaged along', () => {
    using callback = make(ema, { decay: 0.9 }) as Callback & Disposable;
    run(callback, parabola(2));
    expect(offer(callback)).toMatchObject({ w: expect.closeTo(0.56 / 0.19, 5), statistics: 'given', facts: { steps: 2, decay: 0.9 } });
    expect(offer(callback).values['bn/mean']?.[0]).toBeCloseTo(5.6 / 0.19, 4);
  });

  it('with decay 0 it is the last iterate, with decay close to 1 the mean of all', () => {
    using last = make(ema, { decay: 0 }) as Callback & Disposable;
    run(last, parabola(3));
    expect(offer(last).w).toBe(1);
    using all = make(ema, { decay: 0.999_999 }) as Callback & Disposable;
    run(all, parabola(3));
    expect(offer(all).w).toBeCloseTo(7 / 3, 4);
  });
});

describe('swa', () => {
  it('over 16 steps averages the weights after 75 % and an epoch later: steps 12 and 16 of 8 · 0.9^t', () => {
    using callback = make(swa) as Callback & Disposable;
    run(callback, parabola(16, 0.1));
    expect(offer(callback)).toMatchObject({
      w: expect.closeTo((8 * 0.9 ** 12 + 8 * 0.9 ** 16) / 2, 5),
      statistics: {},
      facts: { weights: 2, first: 12, last: 16 },
      about: 'mean of 2 weights, after steps 12 to 16',
    });
  });

  it('on a parabola, from 8 at rate 1/2: the mean of 2, 1, 1/2 is 7/6; a weight that never changes stays as it is, bit for bit', () => {
    using callback = make(swa, { start: 0.5, every: 1, statistics: 'average' }) as Callback & Disposable;
    run(callback, parabola(4));
    const { w, values, statistics } = offer(callback);
    expect(w).toBeCloseTo(7 / 6, 6);
    expect(values['w']?.[1]).toBe(Math.fround(1 / 3));
    expect(values['bn/mean']?.[0]).toBeCloseTo(70 / 6, 4);
    expect(statistics).toBe('given');
  });

  it('says why there is nothing to offer in a run that stops earlier', () => {
    const callback = make(swa);
    run(callback, parabola(4), { total: 100 });
    expect(callback.offers?.take()).toEqual({ error: 'the run ended before step 75, where averaging starts' });
  });
});

describe('swad', () => {
  // N_s = 3, N_e = 2, r = 1.3. The lowest of 2, 2.1, 2.2 is the first: t_s = 4, l = 1.3 · 2.1 = 2.73. 3 is above it, 2.5 is not, 3 and 3 end it: t_e = 9.
  const losses = [5, 4, 3, 2, 2.1, 2.2, 2.3, 3, 2.5, 3, 3, 1, 1, 1];
  const iterates = losses.map((_, i) => i + 1);

  it('averages every step of the valley, 4 to 9 here, and nothing after it', () => {
    using callback = make(swad, { every: 1, overfitPatience: 2 }) as Callback & Disposable;
    expect(run(callback, iterates, { losses })).toEqual([]);
    expect(offer(callback)).toMatchObject({
      w: expect.closeTo(6.5, 5),
      facts: { weights: 6, first: 4, last: 9 },
      about: 'mean of the weights after steps 4 to 9',
      warning: undefined,
    });
  });

  it('measured every 2 steps, whole intervals count: t_s = 2 and t_e = 3 are steps 3 to 6', () => {
    using callback = make(swad, { every: 2, optimumPatience: 2, overfitPatience: 1, tolerance: 1.1 }) as Callback & Disposable;
    // Measured: 4, 2, 2.1, 9, 9. l = 1.1 · 2.05.
    run(callback, iterates, { losses: [0, 4, 0, 2, 0, 2.1, 0, 9, 0, 9, 0, 9, 0, 9] });
    expect(offer(callback)).toMatchObject({ w: expect.closeTo(4.5, 5), facts: { weights: 4, first: 3, last: 6 } });
  });

  it('a valley that does not end reaches to the last step, even past losses above the limit and past the last measurement', () => {
    using callback = make(swad, { every: 2, optimumPatience: 2, overfitPatience: 4 }) as Callback & Disposable;
    run(callback, iterates.slice(0, 9), { losses: [0, 4, 0, 2, 0, 2.1, 0, 9] });
    expect(offer(callback)).toMatchObject({ w: expect.closeTo(6, 5), facts: { weights: 7, first: 3, last: 9 } });
    expect(offer(callback).about).toContain('the valley did not end');
  });

  it('without a valley it is the mean of all steps, with a warning', () => {
    using callback = make(swad, { every: 1 }) as Callback & Disposable;
    run(callback, iterates.slice(0, 5), { losses: [5, 4, 3, 2, 1] });
    expect(offer(callback)).toMatchObject({
      w: expect.closeTo(3, 5),
      facts: { weights: 5, first: 1, last: 5 },
      warning: expect.stringContaining('found no loss valley in 5'),
    });
  });

  it('with stop it ends training after the epoch in which the valley ended', () => {
    using callback = make(swad, { every: 1, overfitPatience: 2, stop: true }) as Callback & Disposable;
    expect(run(callback, iterates, { losses })).toEqual(["12: the loss valley of 'swad' ended at step 9"]);
  });

  it('holds N_s + 2 copies of the weights at most before the valley, 2 or 3 within it, 1 after it', () => {
    using callback = make(swad, { every: 1, overfitPatience: 2, statistics: 'average' }) as Callback & Disposable;
    const copies = (steps: number, from: number) => {
      run(callback, iterates.slice(0, steps), { losses, from });
      return Object.keys(callback.state?.().tensors ?? {}).length / 2;
    };
    expect([copies(5, 0), copies(8, 5), copies(11, 8)]).toEqual([4, 2, 1]);
  });
});

describe('best-checkpoint', () => {
  it('keeps the weights of the epoch with the lowest figure, statistics too; ties go to the latest', () => {
    using callback = make(bestCheckpoint) as Callback & Disposable;
    const at = (epoch: number, value: number) => [4 * epoch + 3, value] as const;
    const losses = Object.assign(Array<number>(20).fill(0), Object.fromEntries([at(0, 0.5), at(1, 0.2), at(2, 0.2), at(3, 0.3), at(4, 0.4)]));
    run(
      callback,
      Array.from({ length: 20 }, (_, i) => i + 1),
      { losses },
    );
    expect(offer(callback)).toMatchObject({ w: 12, facts: { epoch: 2, hter: 0.2 }, about: 'weights after epoch 2, hter 0.2000 on the held-out share' });
    expect(offer(callback).values['bn/mean']).toEqual([120]);
  });

  it('says so if nothing was evaluated', () => {
    expect(make(bestCheckpoint).offers?.take()).toEqual({ error: 'the held-out share was never evaluated while the run trained' });
  });
});

describe('state', () => {
  const losses = [5, 4, 3, 2, 2.1, 2.2, 2.3, 3, 2.5, 3, 3, 1, 1, 1];
  const iterates = losses.map((_, i) => Math.sin(i));
  it.each([
    ['ema', make(ema, { decay: 0.9 }), make(ema, { decay: 0.9 })],
    ['swa', make(swa, { start: 0.2, every: 3, statistics: 'average' }), make(swa, { start: 0.2, every: 3, statistics: 'average' })],
    ['swad', make(swad, { every: 1, overfitPatience: 2 }), make(swad, { every: 1, overfitPatience: 2 })],
    ['swad with intervals', make(swad, { every: 3, optimumPatience: 2 }), make(swad, { every: 3, optimumPatience: 2 })],
    ['best-checkpoint', make(bestCheckpoint), make(bestCheckpoint)],
  ])('%s, saved and restored at every single step, offers the same bit for bit, and leaves no tensor', (_, whole, first) => {
    const before = tf.memory().numTensors;
    run(whole, iterates, { losses });
    const callback = first;
    for (let step = 0; step < iterates.length; step++) {
      run(callback, iterates.slice(0, step + 1), { losses, from: step, total: iterates.length });
      const { values, tensors = {} } = callback.state?.() ?? {};
      // Through JSON and values, as a checkpoint does it.
      const copies = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.tensor(tensor.dataSync().slice(), tensor.shape)]));
      callback[Symbol.dispose]?.();
      callback.restore?.({ values: JSON.parse(JSON.stringify(values)), tensors: copies });
      tf.dispose(copies);
    }
    expect(offer(callback)).toEqual(offer(whole));
    for (const each of [whole, callback]) each[Symbol.dispose]?.();
    expect(tf.memory().numTensors).toBe(before);
  });
});
