import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Experiment, loadExperiment, train } from '@gradalign/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What differs between the released configurations, by protocol. */
const published = {
  'oci-to-m': { epochs: 20, decayEvery: 5, learningRate: 5e-3, weightDecay: 1e-4, logitScale: 12, contrastive: 0.2, warmupEpochs: 2 },
  'omi-to-c': { epochs: 80, decayEvery: 5, learningRate: 0.01, weightDecay: 5e-4, logitScale: 32, contrastive: 0.2, warmupEpochs: 2 },
  'ocm-to-i': { epochs: 50, decayEvery: 40, learningRate: 5e-3, weightDecay: 1e-4, logitScale: 12, contrastive: 0.1, warmupEpochs: 10 },
  'icm-to-o': { epochs: 150, decayEvery: 40, learningRate: 5e-3, weightDecay: 1e-4, logitScale: 12, contrastive: 0.2, warmupEpochs: 10 },
} as const;
const recipes = Object.keys(published) as (keyof typeof published)[];

const folder = mkdtempSync(join(tmpdir(), 'gradalign-recipes-'));
const resolveFrom = [new URL('../package.json', import.meta.url).href];

/** Three domains of four subjects, live and attack, one gray frame each. */
beforeAll(async () => {
  for (const domain of ['a', 'b', 'c']) {
    for (const [label, level] of [
      ['live', 200],
      ['attack/print', 60],
    ] as const) {
      for (let subject = 0; subject < 4; subject++) {
        const clip = join(folder, 'faces', domain, 'train', label, `s${subject}_clip`);
        mkdirSync(clip, { recursive: true });
        const gray = level + 5 * subject;
        await sharp({ create: { width: 48, height: 48, channels: 3, background: { r: gray, g: gray, b: gray } } })
          .jpeg()
          .toFile(join(clip, 'f0.jpg'));
      }
    }
  }
  for (const recipe of recipes) {
    const path = fileURLToPath(new URL(`../../fas-gac/recipes/${recipe}.yaml`, import.meta.url));
    const source = ['a', 'b', 'c'].map((domain) => `${domain}: { use: image-folder, root: faces, domain: ${domain} }`).join(', ');
    writeFileSync(join(folder, `${recipe}.yaml`), `extends: ${JSON.stringify(path)}\ndata: { source: { ${source} } }\n`);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const load = async (recipe: string, set: readonly string[] = []) => loadExperiment(join(folder, `${recipe}.yaml`), { resolveFrom, set });

describe.each(recipes)('%s', (recipe) => {
  const { epochs, decayEvery, learningRate, weightDecay, logitScale, contrastive, warmupEpochs } = published[recipe];

  it('resolves to the published numbers', async () => {
    const { experiment, warnings } = await load(recipe);
    expect(warnings).toEqual([]);
    expect(experiment.model).toMatchObject({ use: 'resnet18', head: 'cosine' });
    expect(experiment.losses).toEqual([
      { use: 'domain-bce', logitScale },
      { use: 'supcon', weight: contrastive, temperature: 0.1, baseTemperature: 0.07 },
    ]);
    expect(experiment.optimizer).toMatchObject({
      use: 'gac',
      rho: 0.1,
      alpha: 2e-4,
      adaptive: false,
      domains: 'joint',
      every: 1,
      faithfulTo: 'paper',
      ascentGradients: '**',
      warmupEpochs,
    });
    expect(experiment.optimizer.base).toMatchObject({ use: 'sgd', learningRate, momentum: 0.9, nesterov: false, weightDecay, scale: { 'head/**': 10 } });
    expect(experiment.schedule).toMatchObject({ use: 'step', every: decayEvery, factor: 0.5 });
    expect(experiment.train).toMatchObject({ epochs, freeze: { '!head/**': 1 } });
    const { image, views, batch, augment } = experiment.data as Experiment['data'];
    expect(image).toMatchObject({ size: 256, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] });
    // 96 samples a step over three sources, in two views each.
    expect([views, 3 * batch.perDomain]).toEqual([2, 96]);
    expect(augment).toMatchObject([
      { use: 'random-resized-crop', scale: [0.08, 1] },
      { use: 'flip' },
      { use: 'rotate', degrees: 180 },
      { use: 'cutout', p: 0.5 },
    ]);
  });

  // The whole network once: the other recipes differ only in numbers, for which a small network is enough.
  const network = recipe === 'ocm-to-i' ? 'resnet18' : 'tiny-cnn';
  it(`takes a step of ERM and one of GAC, reduced (${network}, 48 x 48, 2 samples a domain)`, async () => {
    const reduced = ['data.image.size=48', 'data.batch.perDomain=2', 'data.holdOut=0.25', 'workers=0', `model.use=${network}`];
    const short = ['train.epochs=2', 'train.stepsPerEpoch=1', 'train.evaluateEvery=0', 'train.checkpointEvery=2', 'optimizer.warmupEpochs=1'];
    const { experiment, catalogue } = await load(recipe, [...reduced, ...short]);
    const run = join(folder, 'runs', recipe);
    const { reason, position } = await train({ experiment, catalogue, folder: run });
    expect([reason, position.counts]).toEqual(['finished', { erm: 1, gac: 1 }]);
  });
});
