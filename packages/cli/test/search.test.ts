import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digits } from './experiments.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign search é-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

beforeAll(() => write('digits.yaml', digits()));

const study = (output: string, search: string) => `experiment: digits.yaml
leaveOut: [upright, turned]
methods:
  erm: { optimizer: { use: erm } }
  gac: { search: { of: { optimizer.alpha: { log: [1e-4, 1e-2] }, optimizer.base.momentum: null } } }
seeds: [0, 1]
output: ${output}
search: ${search}
`;
const ranges = '{ optimizer.rho: { log: [0.01, 0.5] }, optimizer.base.learningRate: { log: [1e-3, 1e-1] }, optimizer.base.momentum: { linear: [0, 0.9] } }';

describe('a search with mistakes', () => {
  it('validate tells every one at once, at its place', async () => {
    write(
      'mistakes.yaml',
      `experiment: digits.yaml
leaveOut: [turned]
methods:
  erm: { optimizer: { use: erm }, search: { of: { optimizer.rho: { log: [0.1, 0.2] }, optimizer.rhoo: null }, trials: 3 } }
  gac: { search: 3 }
output: wrong
search:
  trials: 1e9
  of:
    optimizer.alpha: { log: [0, 0.5] }
    optimizer.base.learningRate: { log: [1e-1, 1e-3] }
    optimizer.base.momentm: { linear: [0, 0.9] }
    optimizer.base.momentum: { linear: [0, 1.9] }
    optimizer.warmupEpochs: { linear: [0, 3] }
    train.epochs: { integer: [1.5, 3] }
    data.augment: { choice: [[flip]] }
    data.holdOut: { linear: [0.1, 0.3] }
    seed: { integer: [0, 3] }
    model.width: { lin: [1, 2] }
    model.blocks: { linear: [1, 2], log: [1, 2] }
    optimizer.eta: { linear: [2] }
    optimizer.domains: { choice: [a, a] }
    optimizer.every: { integer: [3, 3] }
  choose: literature.accuracy
  per: [method, seed]
  seeed: 3
  halving: { from: 0 }
`,
    );
    const { status, err } = await gradalign('validate', 'mistakes.yaml');
    expect(status).toBe(2);
    expect(
      err
        .trim()
        .split('\n')
        .map((line) => line.replace('mistakes.yaml:', '').replace(/, expected .*?(?=; did|$)/, '')),
    ).toEqual([
      "4:51 optimizer.rho: 'erm' has no option 'rho'",
      "4:87 methods.erm.search.of[\"optimizer.rhoo\"]: search.of has no 'optimizer.rhoo' to leave out; did you mean 'optimizer.rho'?",
      "4:111 methods.erm.search.trials: 'trials' is not known here",
      '5:18 methods.gac.search: found the number 3',
      '8:11 search.trials: found the number 1000000000',
      '10:30 search.of["optimizer.alpha"]: found the number 0, which has no logarithm',
      '11:41 search.of["optimizer.base.learningRate"]: from 0.1 to 0.001 is the wrong way round',
      "12:5 search.of[\"optimizer.base.momentm\"]: no method has the setting 'optimizer.base.momentm': 'momentm' is not known; did you mean 'momentum'?",
      '13:5 optimizer.base.momentum: found the number 1.9',
      '14:5 search.of["optimizer.warmupEpochs"]: optimizer.warmupEpochs is a whole number',
      '15:31 search.of["train.epochs"]: found the number 1.5',
      '16:29 search.of["data.augment"]: found one value to choose from',
      '17:5 search.of["data.holdOut"]: a search draws data.holdOut: which data are read is the study\'s',
      "18:5 search.of.seed: a search draws seed, which the study sets by 'seeds'",
      "19:20 search.of[\"model.width\"]: 'lin' is not known here; did you mean 'log'?",
      "20:37 search.of[\"model.blocks\"]: 'log' stands beside 'linear'",
      '21:30 search.of["optimizer.eta"]: found 1 values',
      '22:38 search.of["optimizer.domains"]: "a" stands there twice',
      '23:33 search.of["optimizer.every"]: from 3 to 3 is one value',
      "24:11 search.choose: 'literature.accuracy' is a figure of the target, which trials never load",
      '25:8 search.per: found a list',
      "26:3 search.seeed: 'seeed' is not known here; did you mean 'seed'?",
      '27:20 search.halving.from: found the number 0',
    ]);
    expect(existsSync(join(folder, 'wrong'))).toBe(false);
  });

  it.each([
    ['{ trials: 0, of: { optimizer.rho: { log: [1, 2] } }, choose: accuracy }', 'search.trials: found the number 0, expected a whole number from 1 to 1000'],
    ['{ trials: 3, of: {}, choose: accuracy }', "search.of has no 'optimizer.base.momentum' to leave out, expected one of optimizer.alpha"],
    ['3', 'search: found the number 3, expected { trials: 20'],
    ['', 'search: found nothing, expected { trials: 20'],
    ['{ of: [1] }', "search: 'trials' is missing, expected it here"],
    [`{ trials: 3, of: ${ranges}, choose: acuracy }`, "'acuracy' is not computed, expected one of accuracy; did you mean 'accuracy'? (methods erm, gac)"],
    [`{ trials: 3, of: ${ranges}, choose: hter }`, "'hter' is not computed, expected one of accuracy, or it among evaluate.metrics (methods erm, gac)"],
    [`{ trials: 3, of: ${ranges}, choose: accuracy, per: [protocol] }`, 'search.per: found a list, expected [method, protocol]'],
    [`{ trials: 3, of: ${ranges}, choose: accuracy, halving: { from: 3 } }`, 'search.halving.from: found 3 where train.epochs is 3'],
    [
      '{ trials: 3, of: { optimizer.base.momentum: { linear: [0, 0.9] }, optimizer.base: { choice: [sgd, adam] } }, choose: accuracy }',
      'search.of["optimizer.base.momentum"]: optimizer.base.momentum is searched and so is optimizer.base, which it is within',
    ],
    [`{ trials: 1000, of: ${ranges}, choose: accuracy, seed: -1 }`, 'search.seed: found the number -1'],
  ])('%s is refused', async (search, message) => {
    write('wrong.yaml', study('wrong', search));
    const { status, err } = await gradalign('validate', 'wrong.yaml');
    expect(status).toBe(2);
    expect(err).toContain(message);
  });

  it('fewer settings than trials are warned of, by method', async () => {
    write(
      'few.yaml',
      `experiment: digits.yaml\nleaveOut: [turned]\nmethods: { erm: { optimizer: { use: erm } }, gac: {}, wide: { search: { of: { optimizer.rho: { log: [0.1, 1] } } } } }
search: { trials: 5, of: { optimizer.adaptive: { choice: [true, false] }, optimizer.warmupEpochs: { integer: [0, 1] } }, choose: accuracy }\n`,
    );
    const { status, err } = await gradalign('validate', 'few.yaml');
    expect(status).toBe(0);
    expect(err).toContain('search: trials is 5, and erm has 2 different settings to try: some trials repeat others');
    expect(err).toContain('search: trials is 5, and gac has 4 different settings to try');
    expect(err).not.toContain('wide');
  });

  it('nothing held out, a setting that --set fixes, two searches in one folder, too many trials', async () => {
    write('held.yaml', study('wrong', `{ trials: 3, of: ${ranges}, choose: accuracy }`));
    expect((await gradalign('validate', 'held.yaml', '--set', 'data.holdOut=0')).err).toContain('held.yaml:8:174 search.choose: nothing is held out');
    expect((await gradalign('validate', 'held.yaml', '--set', 'optimizer={use: sam}')).err).toContain('--set gives optimizer.rho a value, expected either');
    write(
      'folders.yaml',
      `experiment: digits.yaml\nleaveOut: [turned]\nmethods: { gac: {}, gac-turned: {} }\nsearch: { trials: 3, of: ${ranges}, choose: accuracy, per: [method] }\n`,
    );
    expect((await gradalign('validate', 'folders.yaml')).err).toContain("folders.yaml:3:21 methods.gac-turned: the searches of 'gac' on turned and of");
    const many = Array.from({ length: 6 }, (_, i) => `m${i}: {}`).join(', ');
    write('many.yaml', `experiment: digits.yaml\nleaveOut: [turned]\nmethods: { ${many} }\nsearch: { trials: 1000, of: ${ranges}, choose: accuracy }\n`);
    expect((await gradalign('validate', 'many.yaml')).err).toContain('the search asks for 6000 runs of trials, expected at most 5000');
    write('none.yaml', 'experiment: digits.yaml\nleaveOut: [turned]\nmethods: { gac: {} }\nsearch: { trials: 3, of: {}, choose: accuracy }\n');
    expect((await gradalign('validate', 'none.yaml')).err).toContain('none.yaml:4:26 search.of: nothing is searched, expected paths with ranges');
    write('own.yaml', 'experiment: digits.yaml\nleaveOut: [turned]\nmethods: { gac: { search: { of: {} } } }\n');
    expect((await gradalign('validate', 'own.yaml')).err).toContain("own.yaml:3:19 methods.gac.search: the study has no 'search', expected it there");
  });
});

describe('before the trials', () => {
  beforeAll(() => write('study.yaml', study('runs', `{ trials: 3, of: ${ranges}, choose: accuracy }`)));

  it('each method searches what it has: what is shared and not there is said once, and null leaves out', async () => {
    const { status, out, err } = await gradalign('show', 'study.yaml', '--json');
    expect(status, err).toBe(0);
    expect(err).toBe('warning: search: optimizer.rho is not searched for erm, which has no such setting\n');
    const { trials, methods } = JSON.parse(out);
    expect(trials).toBe(12);
    expect(methods.map(({ searched }: { searched: object }) => Object.keys(searched))).toEqual([
      ['optimizer.base.learningRate', 'optimizer.base.momentum'],
      ['optimizer.rho', 'optimizer.base.learningRate', 'optimizer.alpha'],
    ]);
    expect((await gradalign('show', 'study.yaml')).out).toContain('optimizer.rho                searched    log 0.01 to 0.5');
  });

  it('one choice over targets that are sources of one another is warned of', async () => {
    write('one.yaml', study('runs', `{ trials: 3, of: ${ranges}, choose: accuracy, per: [method] }`));
    expect((await gradalign('validate', 'one.yaml')).err).toContain('upright, turned are targets and also sources of trials for other targets');
  });

  it('a plan lists the trials, then the runs, which wait for them in folders that are known; status counts both', async () => {
    const { out, err, status } = await gradalign('compare', 'study.yaml', '--plan', '--json');
    expect(status, err).toBe(0);
    const { jobs } = JSON.parse(out);
    expect(jobs).toHaveLength(12 + 8);
    const [first] = jobs;
    expect(first).toMatchObject({ method: 'erm', target: 'upright', trial: 0, seed: 1000, after: [] });
    expect(first.folder).toBe(join(folder, 'runs', 'search', 'erm-upright', 'trial-000'));
    expect(first.arguments).toEqual(['train', 'study.yaml', '--method=erm', '--target=upright', '--trial=0', `--output=${first.folder}`]);
    const last = jobs.at(-1);
    expect(last).toMatchObject({ method: 'gac', target: 'turned', seed: 1, fingerprint: null });
    expect(last.after).toEqual([0, 1, 2].map((trial) => join(folder, 'runs', 'search', 'gac-turned', `trial-00${trial}`)));
    expect(last.folder).toMatch(/gac-turned-seed1-[\da-f]{6}$/);
    expect(new Set(jobs.map(({ folder: of }: { folder: string }) => of)).size).toBe(20);
    const states = JSON.parse((await gradalign('compare', 'study.yaml', '--status', '--json')).out);
    expect([states.counts.waiting, states.trialCounts.waiting]).toEqual([8, 12]);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });

  it('with halving the plan has one command a search, which its runs wait for', async () => {
    write('halving.yaml', study('halved', `{ trials: 4, of: ${ranges}, choose: accuracy, halving: { from: 1 } }`));
    const { jobs } = JSON.parse((await gradalign('compare', 'halving.yaml', '--plan', '--json')).out);
    expect(jobs).toHaveLength(4 + 8);
    expect(jobs[0].arguments).toEqual(['train', 'halving.yaml', '--method=erm', '--target=upright', '--search']);
    expect(jobs[4].after).toEqual([jobs[0].folder]);
  });

  it.each([
    [['--trial', '3'], "--trial is '3', expected a whole number from 0 to 2"],
    [['--trial', '-1'], "--trial is '-1', expected a whole number from 0 to 2"],
    [['--trial', '0', '--seed', '1'], '--seed is 1, expected --trial alone: all trials have the seed of the search, 1000'],
    [['--trial', '0', '--search'], '--trial and --search are both given, expected one of them'],
    [['--until', '2', '--seed', '0'], '--until is given without --trial, expected both'],
    [['--trial', '0', '--until', '0'], "--until is '0', expected a whole number from 1 to"],
  ])('train study.yaml %j is wrong usage', async (args, message) => {
    const { status, err } = await gradalign('train', 'study.yaml', '--method', 'gac', '--target', 'turned', ...args);
    expect([status, err]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });

  it('a run is not trained before its trials are', async () => {
    const { status, err } = await gradalign('train', 'study.yaml', '--method', 'gac', '--target', 'turned', '--seed', '0');
    expect([status, err]).toEqual([1, expect.stringContaining('3 of 3 trials that its settings are chosen from are not finished')]);
    expect(existsSync(join(folder, 'runs'))).toBe(false);
  });

  it('what stands of another run in the place of a trial is left alone', async () => {
    write('taken.yaml', study('taken', `{ trials: 1, of: ${ranges}, choose: accuracy }`));
    mkdirSync(join(folder, 'taken/search/erm-upright/trial-000'), { recursive: true });
    write('taken/search/erm-upright/trial-000/results.json', 'mine');
    const { jobs } = JSON.parse((await gradalign('compare', 'taken.yaml', '--plan', '--json')).out);
    expect(jobs[0].folder).toMatch(/trial-000-[\da-f]{6}$/);
    expect(readdirSync(join(folder, 'taken/search/erm-upright'))).toEqual(['trial-000']);
  });
});
