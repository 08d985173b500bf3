import type { Model, ModelContext, ModelDefinition, Pass } from '@gradalign/core';
import { Weights } from '@gradalign/core';
import { modelChecks } from '@gradalign/core/testing';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { tinyCnn } from './tiny-cnn.ts';

beforeAll(async () => {
  await loadEngine();
});

/** The small network of two blocks with one thing done wrong. */
function broken(change: (model: Model, context: ModelContext) => Partial<Model>, extra: Partial<ModelDefinition> = {}): ModelDefinition {
  return {
    ...tinyCnn,
    ...extra,
    create(options: Parameters<typeof tinyCnn.create>[0], context: ModelContext) {
      const model = tinyCnn.create({ ...options, width: 4, blocks: 2 }, context) as Model;
      return { ...model, ...change(model, context) };
    },
  } as unknown as ModelDefinition;
}

/** The same passes with something put around them. */
const around = (apply: (model: Model, images: tf.Tensor4D, pass: Pass) => ReturnType<Model['apply']>) =>
  broken((model) => ({ apply: (images, pass) => apply(model, images, pass) }));

const statistics = (change: (report: NonNullable<Pass['statistics']>) => NonNullable<Pass['statistics']>) =>
  around((model, images, pass) => model.apply(images, pass.statistics ? { ...pass, statistics: change(pass.statistics) } : pass));

function renamed(rename: (name: string) => string): ModelDefinition {
  return broken(({ weights, ...model }) => {
    const names = new Map([...weights.parameters.keys(), ...weights.statistics.keys()].map((name) => [rename(name), name]));
    const copies = (of: Weights['parameters']) => Object.fromEntries([...of].map(([name, variable]) => [rename(name), variable.clone() as tf.Tensor]));
    const own = new Weights(copies(weights.parameters), copies(weights.statistics));
    for (const [name] of names) own.get(name);
    return { ...model, weights: own, [Symbol.dispose]: () => [own, weights].forEach((one) => void one[Symbol.dispose]()) };
  });
}

const doubled = tf.customGrad((x) => ({ value: (x as tf.Tensor).clone(), gradFunc: (dy: tf.Tensor) => [tf.mul(dy, 2)] }));
let kept: tf.Tensor | undefined;
let passes = 0;

const mutants: { what: string; definition: ModelDefinition; fails: string }[] = [
  { what: 'a name in capitals', definition: broken(() => ({}), { name: 'TinyCNN' }), fails: 'has a kebab-case name and a summary of one line' },
  {
    what: 'the last layer elsewhere than under head/',
    definition: renamed((name) => name.replace('head/', 'fc/')),
    fails: 'names its weights uniquely, as paths, the last layer under head/',
  },
  {
    what: 'weights that depend on the number of logits',
    definition: broken((model, { logits }) => {
      for (const name of model.weights.parameters.keys())
        model.weights.assign(
          name,
          tf.tidy(() => tf.mul(model.weights.get(name), logits)),
        );
      return {};
    }),
    fails: 'draws each initial weight from the generator of its name: the same seed, the same weights',
  },
  {
    what: 'a state outside the weights',
    definition: broken(({ apply, weights }) => {
      const own = weights.get('block1/bn/gamma').dataSync()[0] as number;
      const seed = weights.get('block1/conv/kernel').dataSync()[0] as number;
      return { apply: (images, pass) => apply(tf.add(images, own * seed), pass) };
    }),
    fails: 'computes the same with its weights saved and loaded into another of its kind',
  },
  {
    what: 'features as maps',
    definition: around((model, images, pass) => {
      const { features, logits } = model.apply(images, pass);
      return { features: tf.reshape(features, [1, -1]) as tf.Tensor2D, logits };
    }),
    fails: 'gives features [n, d] and logits [n, logits], for images in color and in gray',
  },
  {
    what: 'a spatial map of other images',
    definition: broken(({ spatial, weights }) => {
      if (!spatial) throw new Error('no spatial map');
      const shifted = (images: tf.Tensor4D, pass: Pass) => spatial.map(tf.add(images, weights.get('block1/bn/gamma').dataSync()[0] as number), pass);
      return { spatial: { ...spatial, map: shifted } };
    }),
    fails: 'where it is cut at its last spatial map, gives the same bits as in one piece',
  },
  {
    what: 'noise in its passes',
    definition: around((model, images, pass) => model.apply(tf.add(images, ++passes / 100), pass)),
    fails: 'gives the same bits in two passes, and in an evaluation pass the same for an image whatever is beside it',
  },
  {
    what: 'statistics of the batch in an evaluation pass',
    definition: around((model, images) => model.apply(images, { training: true })),
    fails: 'gives the same bits in two passes, and in an evaluation pass the same for an image whatever is beside it',
  },
  {
    what: 'a kernel that was read once',
    definition: broken(({ apply, weights }) => {
      const name = 'block2/conv/kernel';
      const first = weights.get(name).clone();
      return {
        apply(images, pass) {
          const own = weights.get(name).clone();
          weights.assign(name, first);
          try {
            return apply(images, pass);
          } finally {
            weights.assign(name, own);
          }
        },
      };
    }),
    fails: 'reads its weights anew in every pass',
  },
  {
    what: 'a tensor kept in each pass',
    definition: around((model, images, pass) => {
      kept = tf.keep(tf.add(images, 1));
      return model.apply(images, pass);
    }),
    fails: 'leaks no tensor, also after a throw inside, and disposes none of its inputs',
  },
  {
    what: 'weights that are not disposed',
    definition: broken(() => ({ [Symbol.dispose]: () => {} })),
    fails: 'leaks no tensor, also after a throw inside, and disposes none of its inputs',
  },
  {
    what: 'statistics handed over twice',
    definition: statistics((report) => (names, mean, variance) => {
      report(names, mean, variance);
      report(names, mean, variance);
    }),
    fails: 'hands each running statistic over once a training pass, in groups once a group, and in an evaluation pass never',
  },
  {
    what: 'statistics of one batch norm under the names of the other, and those of the other under its own',
    definition: statistics((report) => {
      const swapped = (name: string) => name.replace('block1', 'blockX').replace('block2', 'block1').replace('blockX', 'block2');
      return ({ mean, variance }, means, variances) => report({ mean: swapped(mean), variance: swapped(variance) }, means, variances);
    }),
    fails: 'hands each running statistic over once a training pass, in groups once a group, and in an evaluation pass never',
  },
  {
    what: 'statistics that it moves itself',
    definition: around((model, images, pass) =>
      model.apply(images, {
        ...pass,
        statistics(names, mean, variance) {
          pass.statistics?.(names, mean, variance);
          model.weights.assign(names.mean, mean);
        },
      }),
    ),
    fails: 'moves no running statistic itself',
  },
  {
    what: 'biased variances',
    definition: around((model, images, pass) =>
      model.apply(images, {
        ...pass,
        statistics(names, mean, variance) {
          // The second norm sees maps of half the side.
          const count = (images.shape[0] * images.shape[1] ** 2) / (names.mean.startsWith('block1') ? 1 : 4);
          pass.statistics?.(names, mean, tf.mul(variance, (count - 1) / count) as tf.Tensor1D);
        },
      }),
    ),
    fails: 'measures what it evaluates with: mean and unbiased variance, put in place under their names, give the training pass again',
  },
  {
    what: 'mean and variance that trade places',
    definition: statistics((report) => (names, mean, variance) => report(names, tf.abs(variance), tf.abs(mean))),
    fails: 'measures what it evaluates with: mean and unbiased variance, put in place under their names, give the training pass again',
  },
  {
    what: 'another normalization in the evaluation pass',
    definition: around((model, images, pass) => model.apply(pass.training ? images : tf.mul(images, 1.1), pass)),
    fails: 'measures what it evaluates with: mean and unbiased variance, put in place under their names, give the training pass again',
  },
  {
    what: 'a gradient twice as large',
    definition: around((model, images, pass) => {
      const { features, logits } = model.apply(images, pass);
      return { features, logits: doubled(logits) as tf.Tensor2D };
    }),
    fails: 'has the gradients that central differences say, weight by weight',
  },
  {
    what: 'groups that it takes and forgets',
    definition: around((model, images, { groups: _, ...pass }) => model.apply(images, pass)),
    fails: 'gives separate domains in one grouped pass the losses, gradients and statistics of a pass each',
  },
  {
    what: 'a graph that it keeps for frozen layers too',
    definition: around((model, images, pass) => {
      const { features, logits } = model.apply(images, pass);
      const hold = tf.customGrad((z, save) => {
        (save as (tensors: tf.Tensor[]) => void)([tf.tile(images, [20, 1, 1, 1])]);
        return { value: (z as tf.Tensor).clone(), gradFunc: (dy: tf.Tensor) => [dy] };
      });
      return { features, logits: hold(logits) as tf.Tensor2D };
    }),
    fails: 'gives frozen weights no gradient, the others the same one, and keeps nothing of a frozen beginning',
  },
];

it.each(mutants)('the kit finds $what', async ({ definition, fails }) => {
  const checks = modelChecks(definition, { size: 16 });
  const names = checks.map(({ name }) => name);
  expect(names).toContain(fails);
  await expect((checks.find(({ name }) => name === fails) as (typeof checks)[number]).run()).rejects.toThrow();
  kept?.dispose();
});

it('the network that the broken ones are made of passes every check', async () => {
  for (const { run } of modelChecks(
    broken(() => ({})),
    { size: 16 },
  ))
    await run();
});
