import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import type { Callback } from '../contracts/callback.ts';
import type { Risk } from '../contracts/loss.ts';
import type { Model } from '../contracts/model.ts';
import { type Optimizer, stateless } from '../contracts/optimizer.ts';
import type { UpdateRule } from '../contracts/update-rule.ts';
import { Weights } from '../contracts/weights.ts';
import type { DomainBatches, LoadedBatch } from '../data/domain-batches.ts';
import { ermStep } from './erm-step.ts';
import { type LoopParts, type Position, type StepRecord, trainingLoop } from './training-loop.ts';

beforeAll(async () => {
  await loadEngine();
});

/** Logits = w · mean of the image; the risk is (logit - label)² of one sample a domain. */
function line(w: number): Model {
  const weights = new Weights({ 'body/w': tf.scalar(w), 'head/b': tf.scalar(0) });
  return {
    weights,
    apply: (images) => {
      const features = tf.reshape(tf.mean(images, [1, 2, 3]), [-1, 1]) as tf.Tensor2D;
      return { features, logits: tf.add(tf.mul(features, weights.get('body/w')), weights.get('head/b')) as tf.Tensor2D };
    },
    [Symbol.dispose]: () => weights[Symbol.dispose](),
  };
}

const squares: Risk = {
  role: 'risk',
  logits: 1,
  perSample: (logits, labels) => tf.square(tf.sub(tf.squeeze(logits, [1]), tf.cast(labels, 'float32'))) as tf.Tensor1D,
  probabilities: (logits) => logits,
};

/** Images of value 1 with label 3, so that L(w) = (w + b - 3)², summed over two domains of half the weight each. */
function batches(stepsPerEpoch: number, value = 1): DomainBatches {
  const batch = (): LoadedBatch => ({
    images: new Float32Array(2).fill(value),
    shape: [2, 1, 1, 1],
    labels: Int32Array.of(3, 3),
    domains: Int32Array.of(0, 1),
    views: 1,
    samples: [],
    waitMs: 0,
  });
  return {
    stepsPerEpoch,
    async *epoch(_, options) {
      for (let step = options?.from ?? 0; step < stepsPerEpoch; step++) yield batch();
    },
  } as DomainBatches;
}

/** w -= 0.1 factor · gradient. */
const descent: UpdateRule = {
  ...stateless,
  apply(direction, weights, factor) {
    for (const [name, gradient] of direction.byName) {
      const moved = tf.tidy(() => tf.sub(weights.get(name), tf.mul(gradient, 0.1 * factor)));
      weights.assign(name, moved);
      moved.dispose();
    }
  },
};

const plain: Optimizer = { ...stateless, step: (objective, _, apply) => ({ ...ermStep(objective, apply), kind: 'plain' }) };

function parts(model: Model, options: Partial<LoopParts> = {}): LoopParts {
  return {
    model,
    risk: squares,
    auxiliaries: [],
    optimizer: plain,
    updateRule: descent,
    schedule: { factor: () => 1 },
    callbacks: [],
    batches: batches(2),
    domains: ['a', 'b'],
    settings: { epochs: 1, warmupEpochs: 0, freeze: {} },
    ...options,
  };
}

const value = (model: Model, name: string) => model.weights.get(name).dataSync()[0] as number;

it('one step on (w + b - 3)² from 0 has gradient -6: w and b go to 0.6 at rate 0.1', async () => {
  using model = line(0);
  const end = await trainingLoop(parts(model, { batches: batches(1) }));
  expect(value(model, 'body/w')).toBeCloseTo(0.6, 5);
  expect(value(model, 'head/b')).toBeCloseTo(0.6, 5);
  expect(end).toEqual({ reason: 'finished', position: { epoch: 1, step: 0, counts: { plain: 1 } } });
});

it('in warm-up epochs the step is plain ERM, and kinds are counted', async () => {
  using model = line(0);
  const end = await trainingLoop(parts(model, { settings: { epochs: 3, warmupEpochs: 2, freeze: {} } }));
  expect(end.position.counts).toEqual({ erm: 4, plain: 2 });
});

it('weights whose pattern thaws at epoch 1 are frozen in epoch 0', async () => {
  using model = line(0);
  const seen: number[] = [];
  await trainingLoop(
    parts(model, { settings: { epochs: 2, warmupEpochs: 0, freeze: { '!head/**': 1 } }, onEpoch: async () => void seen.push(value(model, 'body/w')) }),
  );
  expect(seen[0]).toBe(0);
  expect(seen[1]).not.toBe(0);
});

it('the direction (-6, -6) clipped to norm 1 is -1/√2 each', async () => {
  using model = line(0);
  await trainingLoop(parts(model, { batches: batches(1), settings: { epochs: 1, warmupEpochs: 0, freeze: {}, clipNorm: 1 } }));
  expect(value(model, 'body/w')).toBeCloseTo(0.1 / Math.SQRT2, 5);
});

it('compares the gradients of the domains every 2 steps: towards labels 3 and -1 they are opposite; the weights end the same', async () => {
  const opposed: DomainBatches = {
    ...batches(4),
    async *epoch(epoch, options) {
      for await (const batch of batches(4).epoch(epoch, options)) yield { ...batch, labels: Int32Array.of(3, -1) };
    },
  };
  using without = line(0.1);
  using compared = line(0.1);
  const settings = { epochs: 1, warmupEpochs: 0, freeze: {} };
  await trainingLoop(parts(without, { batches: opposed, settings }));
  const records: StepRecord[] = [];
  const tensors = tf.memory().numTensors;
  await trainingLoop(parts(compared, { batches: opposed, settings: { ...settings, cosinesEvery: 2 }, onStep: (record) => records.push(record) }));
  expect(tf.memory().numTensors).toBe(tensors);
  const opposite = [{ at: 'weights', domains: ['a', 'b'], cosine: expect.closeTo(-1, 6) }];
  expect(records.map(({ cosines }) => cosines)).toEqual([opposite, undefined, opposite, undefined]);
  expect([value(compared, 'body/w'), value(compared, 'head/b')]).toEqual([value(without, 'body/w'), value(without, 'head/b')]);
});

it('a domain whose gradient is 0 has no cosine', async () => {
  using model = line(3);
  const records: StepRecord[] = [];
  await trainingLoop(
    parts(model, { batches: batches(1), settings: { epochs: 1, warmupEpochs: 0, freeze: {}, cosinesEvery: 1 }, onStep: (record) => records.push(record) }),
  );
  expect(records[0]?.cosines).toEqual([]);
});

it('callbacks learn of each step its factor, its cosines and its batch with the names of the domains, and of an epoch what was measured', async () => {
  using model = line(0);
  const told: unknown[] = [];
  const callback: Callback = {
    stepEnded: ({ learningRateFactor, milliseconds, cosines, batch }) =>
      void told.push([learningRateFactor, milliseconds >= 0, cosines?.map(({ domains }) => domains), batch.domains, [...batch.images]]),
    epochEnded: ({ validation, target }) => void told.push([validation, target]),
  };
  const settings = { epochs: 1, warmupEpochs: 0, freeze: {}, cosinesEvery: 1 };
  const onEpoch = async () => ({ target: { hter: 0.5 } });
  await trainingLoop(parts(model, { batches: batches(1), schedule: { factor: () => 0.5 }, settings, callbacks: [callback], onEpoch }));
  expect(told).toEqual([
    [0.5, true, [['a', 'b']], ['a', 'b'], [1, 1]],
    [undefined, { hter: 0.5 }],
  ]);
});

it('the schedule multiplies the rate: factor 1/2 halves the first step', async () => {
  using model = line(0);
  await trainingLoop(parts(model, { batches: batches(1), schedule: { factor: () => 0.5 } }));
  expect(value(model, 'body/w')).toBeCloseTo(0.3, 5);
});

it('the optimizer learns the factor of each step, and sees the weights once before a warm-up', async () => {
  using model = line(0);
  const seen: unknown[] = [];
  const optimizer: Optimizer = {
    ...plain,
    checkWeights: ({ parameters }) => void seen.push([...parameters.keys()]),
    step(objective, weights, apply, factor) {
      seen.push(factor);
      return plain.step(objective, weights, apply);
    },
  };
  const { settings } = parts(model);
  await trainingLoop(
    parts(model, { batches: batches(2), optimizer, schedule: { factor: ({ step }) => 1 / (1 + step) }, settings: { ...settings, epochs: 2, warmupEpochs: 1 } }),
  );
  expect(seen).toEqual([['body/w', 'head/b'], 1 / 3, 1 / 4]);
});

it('an optimizer that does not fit the model stops the run before its first step', async () => {
  using model = line(0);
  const optimizer: Optimizer = {
    ...plain,
    checkWeights() {
      throw new Error('no such weight');
    },
  };
  const told: string[] = [];
  await expect(trainingLoop(parts(model, { optimizer, callbacks: [{ ...stateless, runStarted: () => void told.push('started') }] }))).rejects.toThrow(
    'no such weight',
  );
  expect(told).toEqual([]);
});

it('an abort lets the step finish; resuming from there ends where an uninterrupted run ends, bit for bit', async () => {
  using whole = line(0);
  const settings = { epochs: 3, warmupEpochs: 1, freeze: {} };
  const wholeEnd = await trainingLoop(parts(whole, { settings }));
  using cut = line(0);
  const abort = new AbortController();
  let steps = 0;
  const onStep = () => {
    if (++steps === 3) abort.abort();
  };
  const first = await trainingLoop(parts(cut, { settings, signal: abort.signal, onStep }));
  expect(first).toEqual({ reason: 'interrupted', position: { epoch: 1, step: 1, counts: { erm: 2, plain: 1 } } });
  const second = await trainingLoop(parts(cut, { settings }), first.position);
  expect(second.position).toEqual(wholeEnd.position);
  expect(value(cut, 'body/w')).toBe(value(whole, 'body/w'));
});

it('a loss that is not a number stops the run and says which one and at which step', async () => {
  using model = line(0);
  await expect(trainingLoop(parts(model, { batches: batches(2, Number.NaN) }))).rejects.toThrow(
    "Cannot continue training: at step 0 (epoch 0) the risk of domain 'a' is NaN, expected a finite number; the last good checkpoint is kept",
  );
});

it('an optimizer that applies no direction, or two, is a bug', async () => {
  using model = line(0);
  const none: Optimizer = { ...stateless, step: (objective) => ermStep(objective, () => {}) };
  await expect(trainingLoop(parts(model, { optimizer: none }))).rejects.toThrow('applied 0 directions, expected exactly one');
  const two: Optimizer = {
    ...stateless,
    step(objective, _, apply) {
      ermStep(objective, apply);
      return ermStep(objective, apply);
    },
  };
  await expect(trainingLoop(parts(model, { optimizer: two }))).rejects.toThrow('applied 2 directions, expected exactly one');
});

it('callbacks are told in order, and may stop the run', async () => {
  using model = line(0);
  const told: string[] = [];
  const end = await trainingLoop(
    parts(model, {
      settings: { epochs: 5, warmupEpochs: 0, freeze: {} },
      callbacks: [
        {
          runStarted: ({ steps }) => void told.push(`started ${steps}`),
          stepEnded: ({ progress }) => void told.push(`step ${progress.step}`),
          epochEnded: ({ epoch, validation, stop }) => {
            told.push(`epoch ${epoch} ${validation?.['auc']}`);
            stop('enough');
          },
          runEnded: ({ reason }) => void told.push(reason),
        },
      ],
      onEpoch: async () => ({ validation: { auc: 0.5 } }),
    }),
  );
  expect(told).toEqual(['started 10', 'step 0', 'step 1', 'epoch 0 0.5', 'stopped']);
  expect(end).toMatchObject({ reason: 'stopped', because: 'enough', position: { epoch: 1, step: 0 } satisfies Partial<Position> });
});

it('a callback that asks for the held-out loss every 3 steps gets it after steps 2 and 5, counted over epochs, once the step is told', async () => {
  using model = line(0);
  const told: string[] = [];
  const asked: number[] = [];
  await trainingLoop(
    parts(model, {
      settings: { epochs: 3, warmupEpochs: 0, freeze: {} },
      callbacks: [
        {
          stepEnded: ({ progress }) => void told.push(`step ${progress.step}`),
          heldOutLoss: { every: 3, measured: ({ progress, loss }) => void told.push(`loss ${loss} after ${progress.step}`) },
        },
        { heldOutLoss: { every: 6, measured: ({ loss }) => void told.push(`the same ${loss}`) } },
      ],
      heldOutLoss: async ({ step }) => {
        asked.push(step);
        return step / 10;
      },
    }),
  );
  expect(told).toEqual(['step 0', 'step 1', 'step 2', 'loss 0.2 after 2', 'step 3', 'step 4', 'step 5', 'loss 0.5 after 5', 'the same 0.5']);
  expect(asked).toEqual([2, 5]);
});

it('a held-out loss that is not a number stops the run', async () => {
  using model = line(0);
  const callbacks = [{ heldOutLoss: { every: 1, measured: () => {} } }];
  await expect(trainingLoop(parts(model, { callbacks, heldOutLoss: async () => Number.NaN }))).rejects.toThrow(
    'Cannot continue training: after step 0 (epoch 0) the loss on the held-out share is NaN, expected a finite number; the last good checkpoint is kept',
  );
});

it('an epoch is saved once the callbacks know that it ended; the last one, and one that they stop at, are left to the end', async () => {
  using model = line(0);
  const told: string[] = [];
  const options = (stopAt: number): Partial<LoopParts> => ({
    settings: { epochs: 3, warmupEpochs: 0, freeze: {} },
    callbacks: [
      {
        epochEnded: ({ epoch, stop }) => {
          told.push(`ended ${epoch}`);
          if (epoch === stopAt) stop('enough');
        },
      },
    ],
    afterEpoch: async ({ epoch }) => void told.push(`saved ${epoch}`),
  });
  await trainingLoop(parts(model, options(9)));
  expect(told.splice(0)).toEqual(['ended 0', 'saved 1', 'ended 1', 'saved 2', 'ended 2']);
  expect(await trainingLoop(parts(model, options(1)))).toMatchObject({ reason: 'stopped' });
  expect(told).toEqual(['ended 0', 'saved 1', 'ended 1']);
});

it('a run that a callback stopped trains no further when it is resumed, even if it was interrupted at the same moment', async () => {
  using model = line(0);
  const abort = new AbortController();
  const callbacks = [{ epochEnded: ({ stop }: { stop(reason: string): void }) => stop('enough') }];
  const settings = { epochs: 3, warmupEpochs: 0, freeze: {} };
  const first = await trainingLoop(parts(model, { settings, callbacks, signal: abort.signal, onEpoch: async () => void abort.abort() }));
  expect(first).toMatchObject({ reason: 'stopped', position: { epoch: 1, step: 0, stopped: 'enough' } });
  const at = value(model, 'body/w');
  expect(await trainingLoop(parts(model, { settings }), first.position)).toEqual(first);
  expect(value(model, 'body/w')).toBe(at);
});

it('50 steps leave no tensor behind', async () => {
  using model = line(0);
  await trainingLoop(parts(model));
  const before = tf.memory().numTensors;
  const records: StepRecord[] = [];
  await trainingLoop(parts(model, { batches: batches(50), onStep: (record) => records.push(record) }));
  expect(records).toHaveLength(50);
  expect(tf.memory().numTensors).toBe(before);
});

it('awaits the handlers of callbacks one after the other, and the step only once they are done', async () => {
  using model = line(0);
  const told: string[] = [];
  const slow = (name: string, wait: number): Callback => {
    const note = async (what: string) => {
      await new Promise((resolve) => setTimeout(resolve, wait));
      told.push(`${name} ${what}`);
    };
    return { runStarted: () => note('starts'), stepEnded: ({ progress }) => note(`step ${progress.step}`), runEnded: () => note('ends') };
  };
  await trainingLoop(parts(model, { callbacks: [slow('first', 8), slow('second', 0)], onStep: ({ progress }) => told.push(`step ${progress.step}`) }));
  expect(told.slice(0, 5)).toEqual(['first starts', 'second starts', 'step 0', 'first step 0', 'second step 0']);
  expect(told.slice(-2)).toEqual(['first ends', 'second ends']);
});

it('stops where an async handler asks for it before it resolves, and fails where one rejects', async () => {
  using model = line(0);
  const stopping: Callback = {
    async epochEnded({ stop }) {
      await Promise.resolve();
      stop('enough');
    },
  };
  expect(await trainingLoop(parts(model, { callbacks: [stopping], settings: { epochs: 3, warmupEpochs: 0, freeze: {} } }))).toMatchObject({
    reason: 'stopped',
    because: 'enough',
    position: { epoch: 1 },
  });
  const failing: Callback = { stepEnded: () => Promise.reject(new Error('no network')) };
  await expect(trainingLoop(parts(model, { callbacks: [failing] }))).rejects.toThrow('no network');
});
