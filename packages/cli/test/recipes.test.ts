import { readFileSync } from 'node:fs';
import type { Experiment } from '@gradalign/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RecipeExperiments, recipeExperiments, recipes } from './recipe-experiments.ts';

/** Written out by hand from the released configurations and code, by protocol. Losses: of cross-entropy, the two logits are unscaled. */
const facts = {
  'icm-to-o': { rate: 0.005, decay: 1e-4, every: 40, epochs: 150, gacFrom: 10, loss: 'bce', contrastive: 0.2, batches: 'shuffle', target: [5, 10] },
  'ocm-to-i': { rate: 0.005, decay: 1e-4, every: 40, epochs: 50, gacFrom: 10, loss: 'bce', contrastive: 0.1, batches: 'shuffle', target: [1] },
  'oci-to-m': { rate: 0.005, decay: 1e-4, every: 5, epochs: 20, gacFrom: 2, loss: 'bce', contrastive: 0.2, batches: 'round-robin', target: [5, 10] },
  'omi-to-c': { rate: 0.01, decay: 5e-4, every: 5, epochs: 80, gacFrom: 2, loss: 'ce', contrastive: 0.2, batches: 'shuffle', target: [1] },
} as const;
const letters = { o: 'oulu', c: 'casia', i: 'replay', m: 'msu' } as const;

let experiments: RecipeExperiments;
beforeAll(async () => {
  experiments = await recipeExperiments();
});
afterAll(() => experiments[Symbol.dispose]());

describe.each(recipes)('%s', (recipe) => {
  const { rate, decay, every, epochs, gacFrom, loss, contrastive, batches, target } = facts[recipe];
  const [sources = '', of = ''] = recipe.split('-to-');
  const supcon = { use: 'supcon', weight: contrastive, temperature: 0.1, baseTemperature: 0.07 };
  /** What both kinds have of the released configuration. */
  const common = ({ model, optimizer, schedule, train: { epochs: n, freeze }, losses, data }: Experiment) => {
    expect(model).toMatchObject({ use: 'resnet18', head: 'cosine' });
    expect(optimizer).toMatchObject({ use: 'gac', rho: 0.1, alpha: 2e-4, eta: 0, domains: 'joint', every: 1, warmupEpochs: gacFrom });
    const sgd = { use: 'sgd', learningRate: rate, momentum: 0.9, nesterov: false, weightDecay: decay, scale: { 'head/**': 10 } };
    expect(optimizer.base).toMatchObject(sgd);
    expect(schedule).toMatchObject({ use: 'step', every, factor: 0.5 });
    expect([n, freeze]).toEqual([epochs, { '!head/**': 1 }]);
    expect(losses[1]).toEqual(supcon);
    expect(data.image).toMatchObject({ size: 256, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
    // 96 samples a step over three sources, in two views each.
    expect([data.views, 3 * data.batch.perDomain]).toEqual([2, 96]);
    expect([Object.keys(data.source), Object.keys(data.target)]).toEqual([
      [...sources].map((letter) => letters[letter as keyof typeof letters]),
      [letters[of as keyof typeof letters]],
    ]);
    const cutout = { use: 'cutout', p: 0.5, share: 'uniform', place: 'clipped', fill: 'region-mean' };
    const crop = { use: 'random-resized-crop', scale: [0.08, 1], ratio: [3 / 4, 4 / 3] };
    expect(data.augment).toMatchObject([crop, { use: 'flip', p: 0.5 }, { use: 'rotate', degrees: 180, outside: 'crop' }, cutout]);
  };

  it('released: every fact of the released code', async () => {
    const { experiment, warnings } = await experiments.load('released', recipe);
    expect(warnings).toEqual([expect.stringMatching(/^resnet18 starts from random weights/)]);
    common(experiment);
    expect(experiment.seed).toBe(1223);
    expect(experiment.losses[0]).toEqual(loss === 'ce' ? { use: 'cross-entropy', logitScale: 1 } : { use: 'domain-bce', logitScale: 12 });
    expect(experiment.optimizer).toMatchObject({ adaptive: true, faithfulTo: 'code', ascentGradients: 'head/**' });
    expect(experiment.data).toMatchObject({ sampling: batches, holdOut: 0, image: { interpolation: 'bilinear-antialias' } });
    expect(experiment.train.stepsPerEpoch).toBeUndefined();
    const [crop, , rotate] = experiment.data.augment;
    expect([crop?.['interpolation'], rotate?.['interpolation']]).toEqual(['bicubic', 'bicubic']);
    const [often, last] = target;
    expect(experiment.evaluate).toMatchObject({
      metrics: [{ use: 'hter' }, { use: 'auc' }, { use: 'tpr@nearest-fpr', fpr: 0.05 }],
      frames: 'random-1',
      target: last === undefined ? { every: often } : { every: often, last },
    });
  });

  it('recommended: the method of the paper, held-out subjects, balanced batches, the target evaluated once', async () => {
    const { experiment, warnings } = await experiments.load('recommended', recipe);
    expect(warnings).toEqual([expect.stringMatching(/^resnet18 starts from random weights/)]);
    common(experiment);
    expect(experiment.losses[0]).toEqual({ use: 'domain-bce', logitScale: 12 });
    expect(experiment.optimizer).toMatchObject({ adaptive: false, faithfulTo: 'paper', ascentGradients: '**' });
    expect(experiment.data).toMatchObject({
      sampling: 'balanced',
      holdOut: 0.1,
      batch: { balance: ['domain', 'label'] },
      image: { interpolation: 'bilinear' },
    });
    // The released round robin has 6 x 1,440 samples, which are 90 steps of 96.
    expect(experiment.train.stepsPerEpoch).toBe(batches === 'round-robin' ? 90 : undefined);
    expect(experiment.evaluate).toMatchObject({ metrics: [{ use: 'hter' }, { use: 'auc' }, { use: 'tpr@fpr', fpr: 0.05 }], frames: 10, aggregate: 'mean' });
    expect(experiment.evaluate.target).toBeUndefined();
  });

  it('each deviation from the released recipe has a line that says what was released', async () => {
    const text = readFileSync(new URL(`../../fas-gac/recipes/${recipe}.yaml`, import.meta.url), 'utf8');
    const said = text.split('\n').filter((line) => line.includes('Released: '));
    expect(said.map((line) => /Released: (\S+ \S+)/.exec(line)?.[1])).toEqual([
      'holdOut 0.',
      'bicubic crops',
      batches === 'shuffle' ? 'all clips' : 'domains and',
      ...(loss === 'ce' ? ['cross-entropy of'] : []),
      'adaptive ascent',
      'one random',
    ]);
    expect(text).not.toContain('from the released configuration.');
  });
});

it('released, reduced (tiny-cnn, batches of 9): GAC in the second epoch, figures of the target after each, none that are deployable', async () => {
  const { counts, results } = await experiments.trainReduced('released', 'omi-to-c', ['model.use=tiny-cnn', 'data.batch.perDomain=3']);
  // 24 clips: three steps an epoch, of 9, 9 and 6.
  expect(counts).toEqual({ erm: 3, gac: 3 });
  const { evaluation, validation } = results;
  expect(evaluation?.deployable).toEqual({ error: 'no share of the sources was held out (data.holdOut is 0)' });
  expect(validation).toBeUndefined();
  expect(Object.keys(evaluation?.literature?.pooled.video.figures ?? {})).toEqual(['hter', 'auc', 'tpr@nearest-fpr=5%']);
  const { oracle } = evaluation ?? {};
  expect(oracle && 'lastTen' in oracle ? [oracle.evaluations.map(({ epoch }) => epoch), oracle.lastTen.n] : oracle).toEqual([[0, 1], 2]);
});
