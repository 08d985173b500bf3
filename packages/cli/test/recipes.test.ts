import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Experiment, loadExperiment, train } from '@gradalign/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Written out by hand from the released configurations and code, by protocol. Losses: of cross-entropy, the two logits are unscaled. */
const facts = {
  'icm-to-o': { rate: 0.005, decay: 1e-4, every: 40, epochs: 150, gacFrom: 10, loss: 'bce', contrastive: 0.2, batches: 'shuffle', target: [5, 10] },
  'ocm-to-i': { rate: 0.005, decay: 1e-4, every: 40, epochs: 50, gacFrom: 10, loss: 'bce', contrastive: 0.1, batches: 'shuffle', target: [1] },
  'oci-to-m': { rate: 0.005, decay: 1e-4, every: 5, epochs: 20, gacFrom: 2, loss: 'bce', contrastive: 0.2, batches: 'round-robin', target: [5, 10] },
  'omi-to-c': { rate: 0.01, decay: 5e-4, every: 5, epochs: 80, gacFrom: 2, loss: 'ce', contrastive: 0.2, batches: 'shuffle', target: [1] },
} as const;
const recipes = Object.keys(facts) as (keyof typeof facts)[];
const letters = { o: 'oulu', c: 'casia', i: 'replay', m: 'msu' } as const;

const kinds = ['released', 'recommended'] as const;
const folder = mkdtempSync(join(tmpdir(), 'gradalign-recipes-'));
const resolveFrom = [new URL('../package.json', import.meta.url).href];

/** Four domains of four subjects, live and attack, one gray frame each. */
beforeAll(async () => {
  for (const domain of ['a', 'b', 'c', 'd']) {
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
  const set = (domain: string, more = '') => `{ use: image-folder, root: faces, domain: ${domain}${more} }`;
  for (const kind of kinds) {
    mkdirSync(join(folder, kind), { recursive: true });
    for (const recipe of recipes) {
      const path = fileURLToPath(new URL(`../../fas-gac/recipes/${kind === 'released' ? 'released/' : ''}${recipe}.yaml`, import.meta.url));
      const extend = `extends: ${JSON.stringify(path)}\n`;
      const domains = Object.values(letters).map((name, i) => `${name}: ${set('abcd'[i] as string).replace('faces', '../faces')}`);
      writeFileSync(join(folder, kind, `${recipe}.yaml`), `${extend}data: { domains: { ${domains.join(', ')} } }\n`);
      const source = ['a', 'b', 'c'].map((domain) => `${domain}: ${set(domain).replace('faces', '../faces')}`);
      const target = `d: ${set('d').replace('faces', '../faces')}`;
      writeFileSync(
        join(folder, kind, `${recipe}-by-hand.yaml`),
        `${extend}data: { source: { ${source.join(', ')} }, target: { ${target} }, splits: { source: [train], target: [train] } }\n`,
      );
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const load = async (kind: (typeof kinds)[number], recipe: string, set: readonly string[] = []) =>
  loadExperiment(join(folder, kind, `${recipe}.yaml`), { resolveFrom, set });

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
    const { experiment, warnings } = await load('released', recipe);
    expect(warnings).toEqual([]);
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
    const { experiment, warnings } = await load('recommended', recipe);
    expect(warnings).toEqual([]);
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

  // The whole network once: the other recipes differ only in numbers, for which a small network is enough.
  const network = recipe === 'ocm-to-i' ? 'resnet18' : 'tiny-cnn';
  const reduced = (use: string) => ['data.image.size=48', 'data.batch.perDomain=2', 'workers=0', `model.use=${use}`];
  const short = ['train.epochs=2', 'train.stepsPerEpoch=1', 'train.evaluateEvery=0', 'train.checkpointEvery=2', 'optimizer.warmupEpochs=1'];

  it(`recommended: takes a step of ERM and one of GAC, reduced (${network}, 48 x 48, 2 samples a domain)`, async () => {
    const { experiment, catalogue } = await load('recommended', `${recipe}-by-hand`, [...reduced(network), ...short, 'data.holdOut=0.25']);
    const { reason, position } = await train({ experiment, catalogue, folder: join(folder, 'runs', recipe) });
    expect([reason, position.counts]).toEqual(['finished', { erm: 1, gac: 1 }]);
  });

  it('released: two epochs, reduced (tiny-cnn, 48 x 48, batches of 9): GAC in the second, figures of the target after each, none that are deployable', async () => {
    const set = [...reduced('tiny-cnn').slice(0, 1), 'data.batch.perDomain=3', ...reduced('tiny-cnn').slice(2)];
    const { experiment, catalogue } = await load('released', `${recipe}-by-hand`, [
      ...set,
      'train.epochs=2',
      'train.checkpointEvery=2',
      'optimizer.warmupEpochs=1',
    ]);
    expect(experiment.data.holdOut).toBe(0);
    const ended = await train({ experiment, catalogue, folder: join(folder, 'runs', `${recipe}-released`) });
    if (ended.reason === 'interrupted') throw new Error('interrupted');
    // 24 clips, in six lists of four: three steps an epoch, of 9, 9 and 6.
    expect(ended.position.counts).toEqual({ erm: 3, gac: 3 });
    const { evaluation, validation } = ended.results;
    expect(evaluation?.deployable).toEqual({ error: 'no share of the sources was held out (data.holdOut is 0)' });
    expect(validation).toBeUndefined();
    expect(Object.keys(evaluation?.literature?.pooled.video.figures ?? {})).toEqual(['hter', 'auc', 'tpr@nearest-fpr=5%']);
    const { oracle } = evaluation ?? {};
    expect(oracle && 'lastTen' in oracle ? [oracle.evaluations.map(({ epoch }) => epoch), oracle.lastTen.n] : oracle).toEqual([[0, 1], 2]);
  });
});
