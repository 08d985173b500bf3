import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base, writePlugin } from '../../test/experiment-fixture.ts';
import { expectMutationsToEnd } from '../../test/mutate-experiments.ts';
import { ConfigurationError } from '../contracts/errors.ts';
import { loadExperiment } from './load-experiment.ts';
import { showExperiment } from './show-experiment.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign configuration ä-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  mkdirSync(join(folder, 'sub'));
  writePlugin(folder);
});

function file(text: string, name = 'experiment.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Messages without the folder. */
async function problems(text: string, set: readonly string[] = []): Promise<string[]> {
  try {
    await loadExperiment(file(text), { set, env: {} });
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.problems.map(({ file: where, line, column, path, message }) => `${where.replace(`${folder}/`, '')}:${line}:${column} ${path}: ${message}`);
    throw error;
  }
  return [];
}

describe('what is loaded', () => {
  it('has every default, absolute paths, and the warm-up of its method', async () => {
    const { experiment } = await loadExperiment(file(base), { env: {} });
    expect(experiment).toMatchObject({
      seed: 0,
      engine: 'auto',
      data: {
        holdOut: 0.1,
        image: { size: 256 },
        views: 1,
        batch: { perDomain: 32 },
        source: { a: { use: 'folder', root: join(folder, 'data/a') } },
        target: {},
      },
      losses: [{ use: 'domain-bce', logitScale: 12 }],
      optimizer: { use: 'gac', rho: 0.2, warmupEpochs: 10, base: { use: 'sgd', learningRate: 0.005 } },
      schedule: { use: 'constant' },
      evaluate: { metrics: [{ use: 'hter' }, { use: 'auc' }, { use: 'tpr@fpr', fpr: 0.01 }] },
    });
    expect(Object.isFrozen(experiment.data.source)).toBe(true);
  });

  it('is itself an experiment that loads to the same values when it is shown', async () => {
    const { experiment } = await loadExperiment(
      file(`${base}evaluate: { metrics: [hter, tpr@fpr=5%] }\nschedule: cosine\nname: "a \${HOME} price; $\${X}"\n`),
      { env: { HOME: 'h' } },
    );
    const again = await loadExperiment(file(showExperiment(experiment), 'shown.yaml'), { env: {} });
    expect(again.experiment).toEqual(experiment);
    expect(showExperiment(again.experiment)).toBe(showExperiment(experiment));
  });

  it('data.leaveOut makes a source the target', async () => {
    const { experiment } = await loadExperiment(file(base), { set: ['data.leaveOut=b'], env: {} });
    expect([Object.keys(experiment.data.source), Object.keys(experiment.data.target)]).toEqual([['a'], ['b']]);
  });

  it('variables, with their type where they are the whole value, and with defaults', async () => {
    const { experiment } = await loadExperiment(file(`${base}seed: \${SEED}\nname: run-\${NAME:-x}\n`), { env: { SEED: '7' } });
    expect([experiment.seed, experiment.name]).toEqual([7, 'run-x']);
  });

  it('--set reaches lists, quoted keys and defaults that are not written', async () => {
    const { experiment } = await loadExperiment(file(base), {
      set: [
        'optimizer.base.learningRate=0.5',
        'train.freeze["!head/**"]=1',
        'losses=[domain-bce]',
        'losses[0]={use: cross-entropy, logitScale: 2}',
        'train.epochs=3',
      ],
      env: {},
    });
    expect(experiment).toMatchObject({
      optimizer: { base: { use: 'sgd', learningRate: 0.5 } },
      train: { freeze: { '!head/**': 1 }, epochs: 3 },
      losses: [{ use: 'cross-entropy', logitScale: 2 }],
      evaluate: { metrics: [{ use: 'accuracy' }] },
    });
  });

  it('where no metrics are named: those that the losses declare, with their defaults; accuracy where none does', async () => {
    const metrics = async (losses: string) =>
      (await loadExperiment(file(base), { set: [`losses=${losses}`, 'data.views=3'], env: {} })).experiment.evaluate.metrics;
    const binary = [{ use: 'hter' }, { use: 'auc' }, { use: 'tpr@fpr', fpr: 0.01 }];
    expect(await metrics('[domain-bce]')).toEqual(binary);
    expect(await metrics('[plain, domain-bce]')).toEqual(binary);
    expect(await metrics('[triplets, domain-bce]')).toEqual([{ use: 'eer' }, { use: 'tpr@fpr', fpr: 0.01 }]);
    expect(await metrics('[cross-entropy]')).toEqual([{ use: 'accuracy' }]);
    expect(await metrics('[plain]')).toEqual([{ use: 'accuracy' }]);
  });

  it('extends: maps merge, another use replaces, null removes, paths and plugins belong to their own file', async () => {
    file(base, 'sub/base.yaml');
    writeFileSync(join(folder, 'sub/base.yaml'), base.replace('./plugin.mjs', '../plugin.mjs'));
    const { experiment } = await loadExperiment(
      file('extends: sub/base.yaml\noptimizer: { use: erm }\ndata: { source: { b: null, c: { use: folder, root: c } } }\n'),
      { env: {} },
    );
    expect(experiment.optimizer).toEqual({ use: 'erm', base: { use: 'sgd', learningRate: 0.005 }, warmupEpochs: 0 });
    expect(experiment.data.source).toEqual({ a: { use: 'folder', root: join(folder, 'sub/data/a') }, c: { use: 'folder', root: join(folder, 'c') } });
  });

  it('anchors and merge keys', async () => {
    const { experiment } = await loadExperiment(
      file(
        base
          .replace('a: { use: folder, root: data/a }', 'a: &a { use: folder, root: data/a }')
          .replace('b: { use: folder, root: data/b }', 'b: { <<: *a, root: other }'),
      ),
      { env: {} },
    );
    expect(experiment.data.source['b']).toEqual({ use: 'folder', root: join(folder, 'other') });
  });

  it('a warm-up as long as the run is warned about', async () => {
    const { warnings } = await loadExperiment(file(base), { set: ['train.epochs=10'], env: {} });
    expect(warnings).toEqual(["optimizer.warmupEpochs is 10 and train.epochs 10: no step of 'gac' will be taken, the run is plain ERM"]);
  });
});

describe('what is wrong is told with its place, all at once', () => {
  it('unknown keys, wrong types, ranges, names', async () => {
    const text = base
      .replace('model: { use: net }', 'modle: 1\nmodel:\n  use: nett\n')
      .replace('{ use: gac, rho: 0.2 }', '{ use: erm, rho: 0.2 }')
      .replace('epochs: 20', 'epochs: many, evaluateEvery: -1');
    expect(await problems(text)).toEqual([
      "experiment.yaml:6:1 modle: 'modle' is not known here, expected one of name, plugins, seed, engine, threads, workers, data, model, losses, optimizer, schedule, train, evaluate, callbacks, output; did you mean 'model'?",
      "experiment.yaml:8:8 model.use: there is no model 'nett', expected one of net; did you mean 'net'?",
      "experiment.yaml:10:24 optimizer.rho: 'erm' has no option 'rho', expected one of use, base, warmupEpochs; it belongs to optimizer gac",
      'experiment.yaml:11:18 train.epochs: found text "many", expected a whole number',
      'experiment.yaml:11:39 train.evaluateEvery: found the number -1, expected a number >= 0',
    ]);
  });

  it.each([
    ['a tab', 'data:\n\tsource: 1\n', /:2:1 : a tab is used for indentation|tab/i],
    ['a key twice', `${base}seed: 1\nseed: 2\n`, /:10:1 : this key appears twice/],
    ['an anchor that is not there', `${base}name: *nowhere\n`, /:9:\d+ : .*nowhere/],
    ['an anchor that contains itself', `${base}callbacks: &x [*x]\n`, /contains itself|nowhere|anchor/],
    ['nothing', '', /:1:1 : the file is empty/],
    ['a second document', `${base}---\nseed: 1\n`, /:\d+:1 : a second document begins here/],
    ['a list', '- 1\n', /the file holds no keys/],
    ['a missing variable', `${base}name: \${NOWHERE}\n`, /:9:7 : the environment variable NOWHERE is not set/],
    ['a dangerous key', `${base}__proto__: { a: 1 }\n`, /:9:1 : '__proto__' cannot be a key/],
    [
      'a missing plugin',
      base.replace('./plugin.mjs', 'gradalign-plugin-nowhere'),
      /:1:11 plugins\[0\]: Cannot load plugin 'gradalign-plugin-nowhere': it is not installed .*npm install/,
    ],
    ['a forgotten plugin', base.replace('use: net', 'use: resnet18'), /'resnet18' comes with plugin "@gradalign\/models"/],
    [
      'a plugin forgotten for a name that two kinds have',
      base.replace('use: folder, root: data/a', 'use: flip, root: data/a').replace('model:', '  augment: [flip]\nmodel:'),
      /no dataset 'flip', .*'flip' comes with plugin "@gradalign\/datasets"[\s\S]*no augmentation 'flip', .*'flip' comes with plugin "@gradalign\/datasets"/,
    ],
    ['a name of another kind', base.replace('use: net', 'use: sam'), /there is no model 'sam', expected one of net$/],
    [
      'a loss that needs more views',
      `${base}losses: [domain-bce, triplets]\n`,
      /losses\[1\]: loss 'triplets' compares views and data.views is 1, expected data.views of at least 3$/,
    ],
    ['something required', base.replace('model: { use: net }\n', ''), /: : 'model' is missing|'model' is missing/],
    ['a domain on both sides', base.replace('model:', '  target: { a: { use: folder, root: x } }\nmodel:'), /data.target.a: 'a' is a source too/],
    ['infinity', base.replace('{ use: gac, rho: 0.2 }', '{ use: gac, rho: .inf }'), /rho: found the number Infinity, expected a number/],
    [
      'two channels',
      base.replace('model:', '  image: { mean: [0, 0], std: [1, 1] }\nmodel:'),
      /data.image.mean: found 2 values, expected 1 \(gray\) or 3 \(color\)/,
    ],
  ])('%s', async (_, text, expected) => {
    expect((await problems(text)).join('\n')).toMatch(expected);
  });

  it('files that extend each other in a circle', async () => {
    file('extends: two.yaml\n', 'one.yaml');
    file('extends: one.yaml\n', 'two.yaml');
    await expect(loadExperiment(join(folder, 'one.yaml'), { env: {} })).rejects.toThrow(
      /the files extend each other in a circle \(.*one.yaml -> .*two.yaml -> .*one.yaml\)/,
    );
  });

  it('an override that sets nothing, or what is not known', async () => {
    expect(await problems(base, ['rho'])).toEqual(['--set rho:1:1 : this sets nothing, expected path=value (optimizer.rho=0.05)']);
    expect(await problems(base, ['data.leaveOut=c'])).toEqual(["--set data.leaveOut=c:1:1 data.leaveOut: 'c' is not a source domain, expected one of a, b"]);
    expect(await problems(base, ['train.epoch=3'])).toEqual([
      "--set train.epoch=3:1:1 train.epoch: 'epoch' is not known here, expected one of epochs, stepsPerEpoch, freeze, evaluateEvery, checkpointEvery, clipNorm, accumulate, cosinesEvery; did you mean 'epochs'?",
    ]);
  });

  it('a number or a name: what is expected is said once, and a text from --set becomes a number', async () => {
    const expected = 'expected a whole number from 0 to 1000000 or random-1';
    expect(await problems(base, ['evaluate.frames=random-2'])).toEqual([
      `--set evaluate.frames=random-2:1:1 evaluate.frames: found text "random-2", ${expected}`,
    ]);
    expect(await problems(base, ['evaluate.frames=-1'])).toEqual([`--set evaluate.frames=-1:1:1 evaluate.frames: found the number -1, ${expected}`]);
    const frames = async (set: string) => (await loadExperiment(file(base), { env: {}, set: [`evaluate.frames=${set}`] })).experiment.evaluate.frames;
    expect([await frames('3'), await frames('random-1')]).toEqual([3, 'random-1']);
  });

  it('sampling that is misspelled', async () => {
    expect(await problems(base, ['data.sampling=shufle'])).toEqual([
      `--set data.sampling=shufle:1:1 data.sampling: found text "shufle", expected one of balanced, shuffle, round-robin; did you mean 'shuffle'?`,
    ]);
  });

  it('a file that is not there', async () => {
    await expect(loadExperiment(join(folder, 'none.yaml'), { env: {} })).rejects.toThrow('there is no such file, expected a YAML file');
  });
});

it('1,000 mutations of a valid file, in memory: it loads, or every problem has a place; nothing else is ever thrown (10,000: load-experiment.long.test.ts)', async () => {
  await expectMutationsToEnd(folder, 1000);
});
