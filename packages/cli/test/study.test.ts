import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digits } from './experiments.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign study é-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

beforeAll(() => {
  write('digits.yaml', digits().replace('use: gac, ', 'use: gac, rho: 0.07, ').replace('learningRate: 0.05', 'learningRate: 0.05, momentum: 0.5'));
});

describe('what a method inherits', () => {
  /** What the methods change, by path, and inherit. */
  const plan = async (methods: string) => {
    write('inherit.yaml', `experiment: digits.yaml\nleaveOut: [turned]\nmethods: { m: ${methods} }\n`);
    const { status, out, err } = await gradalign('show', 'inherit.yaml', '--json');
    expect(status, err).toBe(0);
    const [{ differences, inherited }] = JSON.parse(out).methods;
    const changed = Object.fromEntries(differences.map(({ path, method = null }: { path: string; method?: unknown }) => [path, method]));
    return { changed, inherited, err };
  };

  it('another optimizer keeps base and warmupEpochs, and none of the old one’s own options; a default in the place of one is told', async () => {
    const { changed, inherited, err } = await plan('{ optimizer: { use: sam } }');
    expect(inherited).toEqual(['optimizer.warmupEpochs', 'optimizer.base']);
    expect(changed).toMatchObject({ 'optimizer.use': 'sam', 'optimizer.rho': 0.05, 'optimizer.alpha': null });
    expect(Object.keys(changed).filter((path) => /base|warmup/.test(path))).toEqual([]);
    expect(err).toBe(
      "warning: method 'm': optimizer.rho is 0.05, a default, where the experiment has 0.07 for another item; write it in the method if that is not meant\n",
    );
  });

  it.each([
    ['{ optimizer: { use: erm, base: { learningRate: 0.01 } } }', { 'optimizer.base.learningRate': 0.01 }, 'optimizer.base.momentum'],
    ['{ optimizer: { rho: 0.2 } }', { 'optimizer.rho': 0.2 }, 'optimizer.base'],
    ['{ optimizer: sam }', { 'optimizer.use': 'sam' }, 'optimizer.base'],
    ['{ optimizer.rho: 0.2 }', { 'optimizer.rho': 0.2 }, undefined],
    ['{ train: { epochs: 5 } }', { 'train.epochs': 5 }, 'train.evaluateEvery'],
    ['{ optimizer: { use: sam, warmupEpochs: 0 } }', { 'optimizer.warmupEpochs': 0 }, 'optimizer.base'],
    ['{ optimizer: { use: sam, base: { use: adamw } } }', { 'optimizer.base.use': 'adamw', 'optimizer.base.momentum': null }, 'optimizer.warmupEpochs'],
    ['{ train.freeze: { "head/**": 1 } }', { 'train.freeze["head/**"]': 1 }, undefined],
    ['{}', {}, undefined],
  ])('%s', async (methods, expected, kept) => {
    const { changed, inherited } = await plan(methods);
    expect(changed).toMatchObject(expected);
    if (!('optimizer.use' in expected) && !('optimizer.base.use' in expected) && !methods.includes('use:'))
      expect(Object.keys(changed)).not.toContain('optimizer.use');
    if (kept !== undefined) expect(inherited).toContain(kept);
    else expect(inherited).toEqual([]);
  });

  it('text of --set and of variables becomes a number where one is expected, and --data places a domain, after the method', async () => {
    write('texts.yaml', `experiment: digits.yaml\nleaveOut: [turned]\nmethods: { m: { optimizer: { rho: "\${RHO:-0.25}" }, name: "\${NAME:-7}" } }\n`);
    const { status, out, err } = await gradalign('show', 'texts.yaml', '--set', 'train.epochs=5', '--set', 'optimizer.base.learningRate=0x1', '--json');
    expect(status, err).toBe(0);
    const values = JSON.parse(out).methods[0].differences.map(({ path, method }: { path: string; method: unknown }) => [path, method]);
    // --set is in the experiment too, so only what the method itself changes differs.
    expect(values).toEqual(
      expect.arrayContaining([
        ['optimizer.rho', 0.25],
        ['name', '7'],
      ]),
    );
    expect(await gradalign('validate', 'texts.yaml', '--set', 'train.epochs=many')).toMatchObject({
      status: 2,
      err: expect.stringContaining('--set train.epochs=many:1:1'),
    });
    expect(await gradalign('validate', 'texts.yaml', '--data', 'turnd=x')).toMatchObject({
      status: 2,
      err: expect.stringContaining("there is no domain 'turnd'"),
    });
  });

  it('show prints it', async () => {
    write('plan.yaml', 'experiment: digits.yaml\nmethods: { erm: { optimizer: { use: erm } }, gac: {} }\nseeds: [0, 1]\noutput: planned\n');
    const { status, out } = await gradalign('show', 'plan.yaml');
    expect(status).toBe(0);
    expect(out).toMatch(
      /^8 runs: 2 methods x 2 targets \(upright, turned\) x 2 seeds \(0, 1\)\n\nerm:\n {2}value +experiment +method\n {2}optimizer.use +gac +erm\n/,
    );
    expect(out).toMatch(/\n {2}inherited from the experiment: optimizer.warmupEpochs, optimizer.base\n\ngac:\n {2}the experiment as it is\n$/);
    expect(existsSync(join(folder, 'planned'))).toBe(false);
  });
});

describe('a study with mistakes', () => {
  const mistakes = `experiment: digits.yaml
leaveOut: [uprigt, turned, turned]
metods: 3
methods:
  erm: { optimizer: { use: erm, rhoo: 1 } }
  sam: { optimizer: { use: sam, rho: [0.1, 0.2] } }
  x: { optimizer: { use: samm }, seed: 4 }
  y: { trian.epochs: 4, model.width: big }
seeds: [0, 1, 0, -1, x]
baseline: emr
published: nowhere.yaml
`;

  it('validate tells every one at once, at its place; compare refuses it before anything is trained', async () => {
    write('mistakes.yaml', mistakes);
    const { status, err } = await gradalign('validate', 'mistakes.yaml');
    expect(status).toBe(2);
    expect(
      err
        .trim()
        .split('\n')
        .map((line) => line.replace(/; several.*/, '').replace(/, expected .*?(?=;|$)/, '')),
    ).toEqual([
      "mistakes.yaml:2:12 data.leaveOut: 'uprigt' is not a source domain; did you mean 'upright'?",
      'mistakes.yaml:2:28 leaveOut[2]: turned stands at 2:20 too',
      "mistakes.yaml:3:1 metods: 'metods' is not known here; did you mean 'methods'?",
      "mistakes.yaml:5:33 optimizer.rhoo: 'erm' has no option 'rhoo'",
      'mistakes.yaml:6:38 optimizer.rho: found a list',
      "mistakes.yaml:7:26 optimizer.use: there is no optimizer 'samm'; did you mean 'sam'?",
      "mistakes.yaml:7:34 methods.x.seed: a method sets seed, which the study sets by 'seeds'",
      "mistakes.yaml:8:8 trian: 'trian' is not known here; did you mean 'train'?",
      'mistakes.yaml:8:38 model.width: found text "big"',
      'mistakes.yaml:9:15 seeds[2]: 0 stands at 9:9 too',
      'mistakes.yaml:9:18 seeds[3]: found the number -1',
      'mistakes.yaml:9:22 seeds[4]: found text "x"',
      'mistakes.yaml:10:11 baseline: found text "emr"; did you mean \'erm\'?',
      expect.stringMatching(/^mistakes.yaml:11:12 published: Cannot read .*nowhere.yaml: there is no such file$/),
    ]);
    expect(await gradalign('compare', 'mistakes.yaml')).toEqual({ status: 2, out: '', err });
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });

  it('a list of numbers suggests a study: its seeds, or a method for each', async () => {
    write('grid.yaml', digits().replace('seed: 3', 'seed: [1, 2]').replace('use: gac, ', 'use: gac, rho: [0.1, 0.2], '));
    const { status, err } = await gradalign('validate', 'grid.yaml');
    expect(status).toBe(2);
    expect(err).toContain('seed: found a list, expected a whole number; several values are a study (gradalign compare): seeds: [1, 2]\n');
    expect(err).toContain('each a method: m0.1: { optimizer.rho: 0.1 }, m0.2: { optimizer.rho: 0.2 }\n');
  });

  it.each([
    ['methods: { m: {} }\n', "bad.yaml:1:1 'experiment' is missing"],
    ['experiment: nowhere.yaml\nmethods: { m: {} }\n', 'bad.yaml:1:13 Cannot read'],
    ['experiment: digits.yaml\nmethods: {}\n', 'bad.yaml:2:10 methods: found an empty map'],
    ['experiment: digits.yaml\nmethods: { m: 3 }\nseeds: 4\n', 'bad.yaml:2:15 methods.m: found the number 3'],
    ['experiment: digits.yaml\nmethods: { m: { __proto__: 1 } }\n', "bad.yaml:2:17 '__proto__' cannot be a key"],
    ['experiment: digits.yaml\nmethods: { m: { extends: x.yaml } }\n', "bad.yaml:2:17 methods.m.extends: 'extends' cannot be set"],
    ['experiment: digits.yaml\nmethods: { m: { "losses[7].weight": 1 } }\n', "'7' is not a position in a list of 1"],
    ['experiment: digits.yaml\nmethods: { m: { data: { leaveOut: upright } } }\n', "a method sets data.leaveOut, which the study sets by 'leaveOut'"],
    ['experiment: digits.yaml\nmethods: { m: {} }\npublished: figures.yaml\n', "figures.yaml:1:1 'source' is missing"],
  ])('%j', async (text, message) => {
    write('figures.yaml', 'methods: { theirs: { turned: { hter: 5 } } }\n');
    write('bad.yaml', text);
    const { status, err } = await gradalign('validate', 'bad.yaml');
    expect([status, err.includes('    at ')]).toEqual([2, false]);
    expect(err).toContain(message);
  });
});

it('published figures must name a source, and be percent', async () => {
  write('figures.yaml', 'source: A paper\nmethods: { theirs: { turned: { hter: 500, auc: much, eer: { mean: 3, deviation: 0.1 } } } }\nnotes: x\n');
  write('published.yaml', 'experiment: digits.yaml\nmethods: { m: {} }\npublished: figures.yaml\n');
  const { status, err } = await gradalign('validate', 'published.yaml');
  expect(status).toBe(2);
  expect(err).toMatch(/figures.yaml:2:38 .*hter: found the number 500, expected percent, from 0 to 100/);
  expect(err).toMatch(/figures.yaml:2:48 .*auc: found text "much"/);
  expect(err).toMatch(/figures.yaml:3:1 notes: 'notes' is not known here.*did you mean 'note'/);
});

it('schema --study is for study files', async () => {
  const schema = JSON.parse((await gradalign('schema', '--study')).out);
  expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', title: 'gradalign study' });
});

it.each([
  ['seed=5', "--set seed=5:1:1 seed: this sets seed, which the study sets by 'seeds', expected it there\n"],
  ['data.leaveOut=upright', "--set data.leaveOut=upright:1:1 data.leaveOut: this sets data.leaveOut, which the study sets by 'leaveOut', expected it there\n"],
  ['data={holdOut: 0}', "--set data={holdOut: 0}:1:1 data: this sets data.leaveOut, which the study sets by 'leaveOut', expected it there\n"],
])('--set %s would give all runs of a study one seed or target, and is refused', async (set, err) => {
  write('axes.yaml', 'experiment: digits.yaml\nleaveOut: [turned]\nmethods: { erm: { optimizer: erm } }\nseeds: [0, 1]\noutput: axes\n');
  expect(await gradalign('compare', 'axes.yaml', '--plan', '--set', set)).toEqual({ status: 2, out: '', err });
  expect(await gradalign('train', 'axes.yaml', '--method', 'erm', '--seed', '0', '--set', set)).toEqual({ status: 2, out: '', err });
});

it('a run that fails is shown as failed by name, leaves the others alone, and enters no figure', async () => {
  write(
    'fails.yaml',
    'experiment: digits.yaml\nleaveOut: [turned]\nmethods: { erm: { optimizer: erm }, hot: { optimizer.base.learningRate: 1.0e+30 } }\noutput: fails\nbaseline: erm\n',
  );
  const args = ['compare', 'fails.yaml', '--set', 'train.epochs=2', '--quiet'];
  const { status, out } = await gradalign(...args, '-o', 'table.tex');
  expect(status).toBe(1);
  expect(out).toMatch(/^ {2}turned +erm +1 +\d/m);
  expect(out).toMatch(/^ {2}turned +hot +0, 1 failed +- /m);
  expect(out).toMatch(/\n1 run; 1 missing: .*\n {2}failed, in no figure: hot, turned, seed 0: Cannot /);
  const latex = readFileSync(join(folder, 'table.tex'), 'utf8');
  expect(latex).toMatch(/turned & hot & 0, 1 failed & - /);
  expect(latex).toContain('\\item failed, in no figure: hot, turned, seed 0');
  const json = JSON.parse((await gradalign(...args, '--json')).out);
  expect(json).toMatchObject({ missing: 1, absent: [], baseline: 'erm', tests: [], failed: [{ method: 'hot', target: 'turned', seed: 0 }] });
});

it.each([
  [['--format', 'markdwn'], "Cannot compare: --format is 'markdwn', expected one of terminal, markdown, latex, csv, json; did you mean 'markdown'?\n"],
  [['--baseline', 'er'], "Cannot compare with 'er': the study has no such method, expected one of erm; did you mean 'erm'?\n"],
  [['-o', 'nowhere/x.md'], expect.stringMatching(/^Cannot write nowhere\/x.md: there is no folder .*nowhere, expected a file in a folder that is there\n$/)],
  [['-o', '.'], 'Cannot write .: it is a folder, expected a file in a folder that is there\n'],
])('compare %j is refused before anything is trained', async (args, err) => {
  write('usage.yaml', 'experiment: digits.yaml\nmethods: { erm: { optimizer: { use: erm, base: { use: sgd } } } }\noutput: usage\n');
  expect(await gradalign('compare', 'usage.yaml', '--quiet', ...args)).toMatchObject({ status: 2, out: '', err: expect.stringMatching(/./) });
  expect((await gradalign('compare', 'usage.yaml', '--quiet', ...args)).err.replace(/^warning.*\n/gm, '')).toEqual(err);
  expect(existsSync(join(folder, 'usage'))).toBe(false);
});
