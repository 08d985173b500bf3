import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigurationError, type Problem, UserError } from '../contracts/errors.ts';
import type { Experiment } from '../contracts/experiment.ts';
import { createSeed } from '../contracts/seed.ts';
import { applyOverrides } from './apply-overrides.ts';
import { applyProtocol } from './apply-protocol.ts';
import { type Catalogue, createCatalogue, type PluginSource } from './catalogue.ts';
import { checkExperiment } from './check-experiment.ts';
import { checkNames } from './check-names.ts';
import { compileSchema } from './compile-schema.ts';
import { type ConfigNode, type MapNode, problemAt } from './config-node.ts';
import { describeCatalogue } from './describe-catalogue.ts';
import { experimentSchema } from './experiment-schema.ts';
import { explainError } from './explain-error.ts';
import { experimentJsonSchema } from './json-schema.ts';
import { leaveOut } from './leave-out.ts';
import { loadExperiment } from './load-experiment.ts';
import { loadPlugin } from './load-plugins.ts';
import { normalizeNamed } from './normalize-named.ts';
import { readConfigFile } from './read-file.ts';
import { settleTexts } from './settle-texts.ts';
import { showExperiment } from './show-experiment.ts';
import { restoreWritten } from './written-paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign configuration ä-'));
afterAll(() => rmSync(folder, { recursive: true }));

const number = (minimum: number, fallback?: number) => `{ type: 'number', minimum: ${minimum}${fallback === undefined ? '' : `, default: ${fallback}`} }`;
const item = (kind: string, name: string, properties: string, required = '[]', more = '') =>
  `{ kind: '${kind}', name: '${name}', summary: '${name}', options: { type: 'object', properties: ${properties}, required: ${required}, additionalProperties: false }, create: () => ({}), ${more} }`;

beforeAll(() => {
  mkdirSync(join(folder, 'sub'));
  writeFileSync(
    join(folder, 'plugin.mjs'),
    `export default { name: 'test-plugin', items: [
      ${item('dataset', 'folder', `{ root: { type: 'string', format: 'path' } }`, `['root']`)},
      ${item('model', 'net', `{ width: ${number(1, 8)} }`)},
      ${item('updateRule', 'sgd', `{ learningRate: ${number(0, 0.005)} }`, '[]', 'isDefault: true')},
      ${item('optimizer', 'erm', '{}', '[]', 'cost: { forwards: () => 1, backwards: () => 1, weightCopies: () => 1 }')},
      ${item('optimizer', 'gac', `{ rho: ${number(0, 0.1)} }`, '[]', 'warmupEpochs: 10, cost: { forwards: (k) => k + 1, backwards: (k) => 2 * k + 1, weightCopies: () => 3 }')},
      ${item('schedule', 'constant', '{}', '[]', 'isDefault: true')},
      ${item('loss', 'triplets', '{}', '[]', "views: 3, metrics: [{ use: 'eer' }, { use: 'tpr@fpr' }]")},
      ${item('loss', 'plain', '{}')},
      ${item('schedule', 'cosine', '{}')},
    ] };`,
  );
});

const base = `plugins: [./plugin.mjs]
data:
  source:
    a: { use: folder, root: data/a }
    b: { use: folder, root: data/b }
model: { use: net }
optimizer: { use: gac, rho: 0.2 }
train: { epochs: 20 }
`;

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
      "--set train.epoch=3:1:1 train.epoch: 'epoch' is not known here, expected one of epochs, stepsPerEpoch, freeze, evaluateEvery, checkpointEvery, clipNorm, cosinesEvery; did you mean 'epochs'?",
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

/** The stages of `loadExperiment` on a text in memory; other files are read from disk. */
function memoryLoader(path: string) {
  const validators = new Map<string, ValidateFunction>();
  const validatorOf = (catalogue: Catalogue) => {
    const key = catalogue.pluginFiles.join();
    const validate = validators.get(key) ?? compileSchema(experimentSchema(catalogue));
    validators.set(key, validate);
    return validate;
  };
  const loadPlugins = async (root: MapNode) => {
    const list = root.entries.get('plugins')?.node;
    const sources: PluginSource[] = [];
    for (const [i, node] of (list?.kind === 'list' ? list.items : []).entries()) {
      if (node.kind !== 'scalar' || typeof node.value !== 'string') continue;
      try {
        sources.push(await loadPlugin(node.value, folder));
      } catch (error) {
        throw error instanceof UserError ? new ConfigurationError([problemAt(node.at, ['plugins', String(i)], error.message)]) : error;
      }
    }
    return createCatalogue(sources);
  };
  const check: (experiment: Experiment, root: ConfigNode, catalogue: Catalogue) => { readonly problems: readonly Problem[] } = checkExperiment;
  return async (text: string) => {
    const readText = (asked: string) => (asked === path ? text : readFileSync(asked, 'utf8'));
    const readFile = (file: string) => readConfigFile(file, { env: {}, resolveFrom: [], readText });
    const written = applyOverrides(restoreWritten(readFile(path), {}), [], {});
    const catalogue = await loadPlugins(written);
    const problems: Problem[] = [];
    const named = normalizeNamed(leaveOut(applyProtocol(written, { catalogue, readFile, problems }, []), problems), catalogue, problems) as MapNode;
    const { node: root, value, errors } = settleTexts(named, validatorOf(catalogue));
    const experiment = value as Experiment;
    problems.push(...errors.flatMap((error) => explainError(error, root, catalogue, () => undefined) ?? []), ...checkNames(root));
    if (problems.length === 0) problems.push(...check(experiment, root, catalogue).problems);
    if (problems.length > 0) throw new ConfigurationError(problems);
  };
}

/** The places of a text's problems; `loaded` where there are none, the name of another UserError. Rethrows everything else. */
async function outcome(load: () => Promise<unknown>): Promise<string> {
  try {
    await load();
    return 'loaded';
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode !== 2) throw error;
    if (!(error instanceof ConfigurationError)) return error.name;
    for (const { line, column } of error.problems) expect(line >= 1 && column >= 1).toBe(true);
    return [...new Set(error.problems.map(({ line, column, path }) => `${line}:${column} ${path}`))].sort().join('\n');
  }
}

it('10,000 mutations of a valid file, in memory: it loads, or every problem has a place; nothing else is ever thrown', async () => {
  const text = `${base}losses: [{ use: domain-bce, logitScale: 12 }]\nevaluate: { metrics: [hter, auc, tpr@fpr=1%], frames: 10 }\nschedule: &s { use: cosine }\nname: "x \${HOME:-y}"\n`;
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ':',
    '\t',
    '\n',
    '&a ',
    '*a',
    '*s',
    '<<: ',
    '"',
    "'",
    '#',
    '-',
    '!!',
    '%',
    '$',
    '${',
    '}',
    '|',
    '>',
    '0',
    '-1',
    '1e999',
    '.nan',
    'null',
    '~',
    'true',
    '? ',
    '---\n',
    'use: ',
    '\u0000',
    'ä',
    '__proto__: 1',
  ];
  let thrown = 0;
  const path = join(folder, 'mutated.yaml');
  const loadText = memoryLoader(path);
  for (let i = 0; i < 10_000; i++) {
    const random = createSeed(1).stream('mutations').at(i);
    let mutated = text;
    for (let edit = 0; edit <= random.integer(3); edit++) {
      const at = random.integer(mutated.length + 1);
      const cut = random.integer(4) === 0 ? random.integer(20) : random.integer(2);
      mutated = mutated.slice(0, at) + (random.chance(0.8) ? random.pick(pieces) : '') + mutated.slice(at + cut);
    }
    const ended = await outcome(() => loadText(mutated)).catch((cause) => {
      throw new Error(`mutation ${i} threw something else:\n${mutated}`, { cause });
    });
    if (ended !== 'loaded') thrown++;
    if (i % 100 > 0) continue;
    // A hundredth of them from disk, by loadExperiment itself: it ends the same way.
    writeFileSync(path, mutated);
    expect(await outcome(() => loadExperiment(path, { env: {} })), mutated).toBe(ended);
  }
  expect(thrown).toBeGreaterThan(3000);
}, 240_000);

it('the JSON Schema is draft-07, names every item, and asks for nothing that has a default', async () => {
  const { catalogue } = await loadExperiment(file(base), { env: {} });
  const schema = experimentJsonSchema(catalogue) as { $schema: string; properties: Record<string, { anyOf?: { oneOf?: { required: string[] }[] }[] }> };
  expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
  expect(JSON.stringify(schema)).not.toContain('"discriminator":');
  expect(schema.properties['optimizer']?.anyOf?.[0]?.oneOf?.map(({ required }) => required)).toEqual([['use'], ['use']]);
});

it('the catalogue describes options, ranges, defaults and costs for k domains', async () => {
  const { catalogue } = await loadExperiment(file(base), { env: {} });
  expect(describeCatalogue(catalogue).find(({ name }) => name === 'gac')).toEqual({
    kind: 'optimizer',
    name: 'gac',
    summary: 'gac',
    package: 'test-plugin',
    options: [{ name: 'rho', type: 'number', required: false, default: 0.1, range: '>= 0' }],
    cost: { forwards: 'k + 1', backwards: '2k + 1', weightCopies: '3' },
  });
});
