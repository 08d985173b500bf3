import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digits, faces, writeFaces } from './experiments.ts';
import { type RunOptions, gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign search é-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (args: readonly string[], options?: RunOptions) => run(folder, args, options);
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const json = (name: string) => JSON.parse(read(name));

beforeAll(() => write('digits.yaml', digits().replace('epochs: 3', 'epochs: 4, stepsPerEpoch: 2')));

const study = (output: string, search: string, more = '') =>
  `experiment: digits.yaml\nleaveOut: [turned]\nmethods: { erm: { optimizer: { use: erm } }, gac: {} }\noutput: ${output}\nsearch: ${search}\n${more}`;
const search = (more = '', rates = '{ log: [1e-3, 1e-1] }') =>
  `{ trials: 3, of: { optimizer.rho: { log: [0.01, 0.5] }, optimizer.base.learningRate: ${rates} }, choose: accuracy${more} }`;

describe('a study with a search', () => {
  beforeAll(async () => {
    write('study.yaml', study('runs', search()));
    const { status, err } = await gradalign(['compare', 'study.yaml', '--format', 'markdown', '-o', 'table.md']);
    expect(status, err).toBe(0);
    expect(err).toMatch(/gac, turned left out: trial \d of 3 has the highest accuracy, 0\.\d+: optimizer.rho 0\.\d+, optimizer.base.learningRate 0\.\d+\n/);
  }, 120_000);

  it('takes the trial with the best figure on the held-out sources, and trains with its settings; the target is in no trial', () => {
    for (const method of ['erm', 'gac']) {
      const choice = json(`runs/search/${method}-turned/choice.json`);
      const figures = [0, 1, 2].map((trial) => json(`runs/search/${method}-turned/trial-00${trial}/results.json`).validation.accuracy);
      expect(choice.trials.map(({ figure }: { figure: number }) => figure)).toEqual(figures);
      expect([choice.figure, choice.trial]).toEqual([Math.max(...figures), figures.indexOf(Math.max(...figures))]);
      const [final] = readdirSync(join(folder, 'runs')).filter((name) => name.startsWith(`${method}-turned-seed0-`));
      expect(read(`runs/${final}/experiment.yaml`)).toContain(`learningRate: ${choice.settings['optimizer.base.learningRate']}`);
      for (const trial of [0, 1, 2]) {
        const { evaluation, protocol } = json(`runs/search/${method}-turned/trial-00${trial}/results.json`);
        expect([evaluation, protocol.targets, Object.keys(protocol.sources ?? {}).includes('turned')]).toEqual([undefined, [], false]);
      }
    }
    const table = read('table.md');
    expect(table).toContain('### Settings chosen on source data');
  });

  it('is reused as a whole, in each format with its choices; the same command on processes makes the same bytes', async () => {
    const again = await gradalign(['compare', 'study.yaml', '--format', 'csv']);
    expect([again.status, again.err]).toEqual([0, expect.not.stringContaining('training')]);
    expect(again.out.match(/^trial,,turned,gac,accuracy,1,/gm)).toHaveLength(3);
    expect(again.out.match(/^choice,,turned,gac,accuracy,3,0\.\d+,.*trial \d: optimizer.rho=0\.\d+ optimizer.base.learningRate=/gm)).toHaveLength(1);
    write('jobs.yaml', study('jobs', search()));
    const jobs = await gradalign(['compare', 'jobs.yaml', '--jobs', '2', '--threads-per-job', '1', '--set', 'threads=1', '--json']);
    expect(jobs.status, jobs.err).toBe(0);
    expect(read('jobs/search/gac-turned/choice.json')).toBe(read('runs/search/gac-turned/choice.json'));
    expect(JSON.parse(jobs.out).searches.map(({ method, trials, waiting }: Record<string, unknown>) => [method, trials, waiting])).toEqual([
      ['erm', 3, 0],
      ['gac', 3, 0],
    ]);
  }, 180_000);

  it('other ranges are another search: its trials and runs stand beside those of the first', async () => {
    const before = read('runs/search/gac-turned/trial-000/results.json');
    write('other.yaml', study('runs', search('', '{ log: [2e-3, 2e-1] }')));
    const { jobs } = JSON.parse((await gradalign(['compare', 'other.yaml', '--plan', '--json'])).out);
    expect(jobs).toHaveLength(8);
    expect(jobs[1].folder).toMatch(/search\/gac-turned\/trial-000-[\da-f]{6}$/);
    expect((await gradalign(['compare', 'other.yaml', '-q'])).status).toBe(0);
    expect(read('runs/search/gac-turned/trial-000/results.json')).toBe(before);
    expect(readdirSync(join(folder, 'runs')).filter((name) => name.startsWith('gac-turned-seed0-'))).toHaveLength(2);
    expect((await gradalign(['compare', 'study.yaml', '--plan', '-q'])).out).toBe('');
  }, 120_000);

  it('the report of the study, and of its folder, shows choices, trials and a plot for each setting', async () => {
    for (const what of ['study.yaml', 'runs']) {
      expect((await gradalign(['report', what, '-o', `${what}.html`, '--no-heat-maps'])).status).toBe(0);
      const page = read(`${what}.html`);
      expect(page.match(/id="plot-sensitivity-/g)).toHaveLength(3);
      expect(page).toContain('on the held-out share of the source domains over optimizer.rho (logarithmic scale), one mark a trial');
      expect(page).toContain('Trials: gac, turned');
    }
  }, 60_000);
});

it('nothing of the target is read by a trial: it trains where the target is missing, and the run that needs it is told', async () => {
  await writeFaces(join(folder, 'faces'));
  write(
    'faces.yaml',
    faces
      .replace('a: { use: image-folder, root: faces } }', 'a: { use: image-folder, root: faces }, b: { use: image-folder, root: nowhere } }')
      .replace(/ {2}target: .*\n/, ''),
  );
  write(
    'missing.yaml',
    'experiment: faces.yaml\nleaveOut: [b]\nmethods: { erm: {} }\noutput: missing\nsearch: { trials: 2, of: { optimizer.base.learningRate: { log: [1e-3, 1e-1] } }, choose: hter }\n',
  );
  const { status, err } = await gradalign(['compare', 'missing.yaml']);
  expect([status, err]).toEqual([1, expect.stringContaining('nowhere')]);
  expect(json('missing/search/erm-b/choice.json').choose).toEqual({ metric: 'hter', better: 'lower' });
}, 60_000);

it('a trial that diverged is never taken and not tried again; where all did, the runs fail and say so', async () => {
  write('diverging.yaml', study('diverging', search('', '{ choice: [1e30, 0.05, 1e31] }')).replace('erm: { optimizer: { use: erm } }, ', ''));
  const { status, err } = await gradalign(['compare', 'diverging.yaml']);
  expect(status, err).toBe(0);
  expect(err).toContain('diverged, and the search goes on without it');
  const choice = json('diverging/search/gac-turned/choice.json');
  expect(choice.trials.map(({ state }: { state: string }) => state).toSorted()).toEqual(['diverged', 'diverged', 'finished']);
  expect(choice.settings['optimizer.base.learningRate']).toBe(0.05);
  expect((await gradalign(['compare', 'diverging.yaml', '--status'])).out).toContain('3 trials: 3 finished');
  expect((await gradalign(['compare', 'diverging.yaml'])).err).not.toContain('training');
  write('all.yaml', study('all', search('', '{ choice: [1e30, 1e31, 1e32] }')).replace('erm: { optimizer: { use: erm } }, ', ''));
  expect(await gradalign(['compare', 'all.yaml'])).toMatchObject({ status: 1, err: expect.stringContaining('all 3 trials diverged, expected at least one') });
}, 120_000);

it('interrupted in a trial, the same command goes on and chooses the same', async () => {
  write('stopped.yaml', study('stopped', search()));
  const stopped = await gradalign(['compare', 'stopped.yaml'], { interruptAt: /trial 1\n(.*\n)*training/ });
  expect(stopped.status, stopped.err).toBe(130);
  expect(existsSync(join(folder, 'stopped/search/gac-turned/choice.json'))).toBe(false);
  expect((await gradalign(['compare', 'stopped.yaml', '-q'])).status).toBe(0);
  expect(read('stopped/search/gac-turned/choice.json')).toBe(read('jobs/search/gac-turned/choice.json'));
}, 120_000);

it('with halving 4 trials become 2 after an epoch and 1 after two, which equals the trial that was never paused, byte for byte', async () => {
  const four = (more: string) => search(more).replace('trials: 3', 'trials: 4');
  write('halving.yaml', study('halving', four(', halving: { from: 1, factor: 2 }'), 'seeds: [0]\n').replace('gac: {}', 'gac: { schedule: cosine }'));
  expect((await gradalign(['train', 'halving.yaml', '--method', 'gac', '--search', '-q'])).status).toBe(0);
  const { trials, trial } = json('halving/search/gac-turned/choice.json');
  expect(trials.map(({ state, epochs }: { state: string; epochs: number }) => `${state} ${epochs}`).toSorted()).toEqual([
    'finished 4',
    'stopped 1',
    'stopped 1',
    'stopped 2',
  ]);
  const { out } = await gradalign(['compare', 'halving.yaml', '--status']);
  expect(out).toContain('left after 1 epoch ');
  expect(out).toContain('8 trials: 4 finished, 4 waiting');
  write('whole.yaml', study('whole', four(''), 'seeds: [0]\n').replace('gac: {}', 'gac: { schedule: cosine }'));
  expect((await gradalign(['train', 'whole.yaml', '--method', 'gac', '--trial', String(trial), '-q'])).status).toBe(0);
  for (const file of ['checkpoints/epoch-0004/model.safetensors', 'checkpoints/epoch-0004/state.safetensors'])
    expect(read(`halving/search/gac-turned/trial-00${trial}/${file}`) === read(`whole/search/gac-turned/trial-00${trial}/${file}`), file).toBe(true);
  expect((await gradalign(['compare', 'halving.yaml', '--jobs', '2', '-q'])).status).toBe(0);
}, 180_000);

it('one choice over all targets is the trial with the best mean figure', async () => {
  write('one.yaml', study('one', search(', per: [method]')).replace('[turned]', '[upright, turned]').replace('erm: { optimizer: { use: erm } }, ', ''));
  expect((await gradalign(['compare', 'one.yaml', '-q'])).status).toBe(0);
  const { trials, trial, figure, target } = json('one/search/gac/choice.json');
  const means = [0, 1, 2].map(
    (number) =>
      (['upright', 'turned'] as const).map((one) => json(`one/search/gac-${one}/trial-00${number}/results.json`).validation.accuracy).reduce((a, b) => a + b) /
      2,
  );
  expect(trials.map((one: { figure: number }) => one.figure)).toEqual(means);
  expect([figure, trial, target]).toEqual([Math.max(...means), means.indexOf(Math.max(...means)), undefined]);
}, 120_000);
