// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of experiments are written so
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readScores } from '@gradalign/core';
import { scoreRows } from '@gradalign/metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faces, writeFaces, writeGray } from './experiments.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign travel é-'));
const project = join(folder, 'project');
const cache = { GRADALIGN_DATA: project };
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(project, args, { env: cache });
const weights = (name: string, epoch: string) => readFileSync(join(project, `runs/${name}/checkpoints/epoch-${epoch}/model.safetensors`));

beforeAll(async () => {
  await writeFaces(join(project, 'faces'));
  writeFileSync(join(project, 'experiment.yaml'), faces.replaceAll('root: faces', 'root: "${GRADALIGN_DATA}/faces"'));
  expect(await gradalign('train', 'experiment.yaml', '-o', 'runs/two', '--set', 'train.epochs=2')).toMatchObject({ status: 0 });
});

describe('a finished run', () => {
  it('goes on with more epochs: 2 and then 4 are 4 from the start, bit for bit, and it says so', async () => {
    cpSync(join(project, 'runs/two'), join(project, 'runs/longer'), { recursive: true });
    expect(await gradalign('train', 'experiment.yaml', '-o', 'runs/four', '--set', 'train.epochs=4')).toMatchObject({ status: 0 });
    const { status, err } = await gradalign('train', '--resume', 'runs/longer', '--set', 'train.epochs=4');
    expect(status, err).toBe(0);
    expect(err).toContain('2 epochs become 4: the same as a run of 4 from the start\n');
    expect(weights('longer', '0004').equals(weights('four', '0004'))).toBe(true);
    const history = readFileSync(join(project, 'runs/longer/history.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(history.map(({ from, changed, environment }) => [from, changed, environment.engine.name])).toEqual([
      [{ epoch: 0, step: 0 }, [], expect.any(String)],
      [{ epoch: 2, step: 0 }, ['train.epochs is 4 and was 2'], expect.any(String)],
    ]);
    expect(JSON.parse(readFileSync(join(project, 'runs/longer/results-epoch-0002.json'), 'utf8')).epochs).toBe(2);
    expect(await gradalign('train', '--resume', 'runs/longer')).toMatchObject({ status: 0, err: expect.stringContaining('already finished, skipping') });
  });

  it('with a schedule over the whole run it is told what it is not', async () => {
    await gradalign('train', 'experiment.yaml', '-o', 'runs/cosine', '--set', 'train.epochs=2', '--set', 'schedule=cosine');
    const { err } = await gradalign('train', '--resume', 'runs/cosine', '--set', 'train.epochs=4');
    // cos: the second of two steps has the factor 1/2; the third of four too, since 2/4 = 1/2.
    expect(err).toContain('not the same as a run of 4 from the start, since the schedule followed 2 epochs (from epoch 1 on)');
    expect(err).toContain('the learning rate jumps from 0.5 to 0.5 of what is set');
  });

  it.each([
    [['seed=4', 'optimizer.base.learningRate=0.1'], 'optimizer.base.learningRate is 0.1 and was 0.05; seed is 4 and was 0'],
    [['train.epochs=1'], 'train.epochs is 1 and was 2'],
    [['train.epochs=9', 'data.batch.perDomain=4'], 'data.batch.perDomain is 4 and was 8'],
    [['engine=wasm'], 'engine is "wasm" and was "auto"'],
  ])('is not resumed with %j: the settings are named', async (set, message) => {
    const before = readFileSync(join(project, 'runs/two/results.json'), 'utf8');
    const { status, err } = await gradalign('train', '--resume', 'runs/two', ...set.flatMap((one) => ['--set', one]));
    expect([status, err]).toEqual([2, expect.stringContaining(message)]);
    expect(readFileSync(join(project, 'runs/two/results.json'), 'utf8')).toBe(before);
  });

  it('nor where its experiment.yaml was edited', async () => {
    cpSync(join(project, 'runs/two'), join(project, 'runs/edited'), { recursive: true });
    const file = join(project, 'runs/edited/experiment.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('seed: 0', 'seed: 1'));
    expect(await gradalign('train', '--resume', 'runs/edited')).toMatchObject({ status: 2, err: expect.stringContaining('seed is 1 and was 0') });
  });

  it('results of another run are not its own: they are set aside', async () => {
    await gradalign('train', 'experiment.yaml', '-o', 'runs/other', '--set', 'seed=5', '--set', 'train.epochs=2');
    cpSync(join(project, 'runs/two'), join(project, 'runs/stray'), { recursive: true });
    cpSync(join(project, 'runs/other/results.json'), join(project, 'runs/stray/results.json'));
    const { status, err } = await gradalign('train', '--resume', 'runs/stray');
    expect([status, err]).toEqual([0, expect.stringContaining('results.json is not of this run: seed is 0 and was 5; it is now results-of-another-run.json')]);
    expect(JSON.parse(readFileSync(join(project, 'runs/stray/results.json'), 'utf8')).protocol.seed).toBe(0);
    mkdirSync(join(project, 'runs/none'));
    cpSync(join(project, 'runs/other/results.json'), join(project, 'runs/none/results.json'));
    expect(await gradalign('train', 'experiment.yaml', '-o', 'runs/none')).toMatchObject({
      status: 2,
      err: expect.stringContaining('it holds results.json of another run, expected a folder without one'),
    });
    expect(readdirSync(join(project, 'runs/none'))).toEqual(['results.json']);
  });

  it('holds the scores of its held-out share, and how it was cut', async () => {
    const rows = scoreRows(await readScores(join(project, 'runs/two/scores/held-out.csv'), { ids: true }));
    const split = JSON.parse(readFileSync(join(project, 'runs/two/scores/held-out.json'), 'utf8'));
    expect(split).toMatchObject({ seed: 0, holdOut: 0.3, splits: ['train'] });
    // 30 % of 6 subjects: 2, each with a live clip and an attack of 2 frames.
    expect([split.domains.a.units.length, rows.length, rows.filter(({ isBonaFide }) => isBonaFide).length]).toEqual([2, 8, 4]);
    expect(rows.map(({ claimedId }) => `subject:${claimedId}`).every((unit) => split.domains.a.units.includes(unit))).toBe(true);
  });
});

describe('a run that travels', () => {
  it('keeps what was written beside what it means', () => {
    const text = readFileSync(join(project, 'runs/two/experiment.yaml'), 'utf8');
    expect(text).toContain(`root: ${join(project, 'faces')}`);
    expect(text).toContain('data.source.a.root:\n    text: $${GRADALIGN_DATA}/faces\n');
  });

  it('is evaluated where its variable points now, and where --data points; without the training data', async () => {
    const there = join(folder, 'elsewhere');
    cpSync(join(project, 'runs/two'), join(there, 'a run'), { recursive: true });
    renameSync(join(project, 'faces'), join(there, 'pictures'));
    try {
      const gone = await run(there, ['evaluate', 'a run']);
      expect([gone.status, gone.err]).toEqual([1, expect.stringContaining('faces is not there, expected its data, wherever they are: --data b=<folder>')]);
      const placed = await run(there, ['evaluate', 'a run', '--data', 'b=pictures', '--json']);
      const warnings = placed.err.split('\n').filter((line) => line.startsWith('warning:'));
      expect([placed.status, warnings]).toEqual([0, ['warning: not known whether clips were seen in training: the data of a cannot be read']]);
      expect(JSON.parse(placed.out).literature).toEqual(JSON.parse(readFileSync(join(there, 'a run/results.json'), 'utf8')).evaluation.literature);
      mkdirSync(join(there, 'mount'));
      renameSync(join(there, 'pictures'), join(there, 'mount/faces'));
      expect(await run(there, ['evaluate', 'a run'], { env: { GRADALIGN_DATA: join(there, 'mount') } })).toMatchObject({ status: 0 });
      renameSync(join(there, 'mount/faces/a'), join(there, 'a'));
      expect(await run(there, ['evaluate', 'a run', '--data', 'b=mount/faces'])).toMatchObject({ status: 0 });
      renameSync(join(there, 'a'), join(there, 'mount/faces/a'));
      const longer = await run(there, ['train', '--resume', 'a run', '--set', 'train.epochs=3', '--data', 'a=mount/faces', '--data', 'b=mount/faces']);
      expect([longer.status, longer.err]).toEqual([0, expect.stringContaining('2 epochs become 3')]);
      const misspelled = await run(there, ['predict', 'a run', 'mount', '--data', 'bb=mount']);
      expect([misspelled.status, misspelled.err]).toEqual([2, expect.stringContaining("there is no domain 'bb', expected one of a, b; did you mean")]);
    } finally {
      renameSync(join(there, 'mount/faces'), join(project, 'faces'));
    }
  });

  it('finds relative data of a project that was moved with it', async () => {
    const [here, there] = [join(folder, 'one'), join(folder, 'two')];
    cpSync(join(project, 'faces'), join(here, 'data/faces'), { recursive: true });
    mkdirSync(join(here, 'experiments'));
    writeFileSync(join(here, 'experiments/e.yaml'), faces.replaceAll('root: faces', 'root: ../data/faces'));
    expect(await run(here, ['train', 'experiments/e.yaml', '-o', 'runs/r', '--set', 'train.epochs=1'])).toMatchObject({ status: 0 });
    renameSync(here, there);
    const { status, err } = await run(folder, ['train', '--resume', 'two/runs/r']);
    expect([status, err]).toEqual([0, expect.stringContaining('already finished, skipping')]);
    expect(await run(folder, ['evaluate', 'two/runs/r'])).toMatchObject({ status: 0 });
  });

  it('on other data it is another run: --resume names what changed, compare does not reuse it, and does again when they are back', async () => {
    writeFileSync(
      join(project, 'study.yaml'),
      'experiment: experiment.yaml\nleaveOut: [a]\nmethods: { erm: { train.epochs: 1 } }\nseeds: [0]\noutput: study\n',
    );
    writeFileSync(
      join(project, 'both.yaml'),
      faces.replace(/source: .*/, 'source: { a: { use: image-folder, root: faces }, b: { use: image-folder, root: faces } }').replace(/ {2}target: .*\n/, ''),
    );
    writeFileSync(join(project, 'study.yaml'), readFileSync(join(project, 'study.yaml'), 'utf8').replace('experiment.yaml', 'both.yaml'));
    const compare = async (...more: string[]) => {
      const { status, out, err } = await gradalign('compare', 'study.yaml', '--json', ...more);
      expect(status, err).toBe(0);
      return JSON.parse(out).runs.map(({ reused, folder: of }: { reused: boolean; folder: string }) => [reused, of]);
    };
    const [[, first]] = await compare();
    expect(await compare('--set', 'workers=1', '--set', 'threads=2')).toEqual([[true, first]]);
    const picture = join(project, 'faces/b/train/live/s0_clip/f0.jpg');
    const kept = readFileSync(picture);
    await writeGray(picture, 90);
    const { status, err } = await gradalign('train', '--resume', first, '--set', 'train.epochs=2');
    expect([status, err]).toEqual([
      1,
      expect.stringMatching(/its data have changed: domain 'b' has 1 sample with other content or labels \(.*s0_clip\/f0\.jpg\)/),
    ]);
    const [[reused, second]] = await compare();
    expect([reused, second === first]).toEqual([false, false]);
    writeFileSync(picture, kept);
    expect(await compare()).toEqual([[true, first]]);
    renameSync(join(project, 'faces'), join(project, 'moved'));
    try {
      expect(await compare('--data', 'a=moved', '--data', 'b=moved')).toEqual([[true, first]]);
      // Two runs fit, and which is not known.
      expect(await gradalign('compare', 'study.yaml')).toMatchObject({ status: 1 });
      rmSync(second, { recursive: true });
      expect(await compare()).toEqual([[true, first]]);
    } finally {
      renameSync(join(project, 'moved'), join(project, 'faces'));
    }
  });

  it('as an older version left it, is reused by compare and not trained again', async () => {
    const { out } = await gradalign('compare', 'study.yaml', '--json');
    const [{ folder: of }] = JSON.parse(out).runs;
    const old = of.replace(/[\da-f]{6}$/, 'abcdef');
    renameSync(of, old);
    for (const file of ['data.json.gz', 'history.jsonl', 'scores/held-out.csv', 'scores/held-out.json']) rmSync(join(old, file));
    const strip = (file: string, of_: (json: Record<string, unknown>) => Record<string, unknown>) => {
      const json = JSON.parse(readFileSync(file, 'utf8'));
      delete of_(json)['identity'];
      // Older versions wrote no digest.
      delete json['sha256'];
      if (json['format'] === 2) json['format'] = 1;
      writeFileSync(file, JSON.stringify(json));
    };
    strip(join(old, 'results.json'), (json) => json);
    for (const name of readdirSync(join(old, 'checkpoints')))
      strip(join(old, 'checkpoints', name, 'checkpoint.json'), (json) => json['values'] as Record<string, unknown>);
    const experiment = join(old, 'experiment.yaml');
    writeFileSync(experiment, readFileSync(experiment, 'utf8').replace(/\n# as written[\s\S]*/, '\n'));
    expect(JSON.parse((await gradalign('compare', 'study.yaml', '--json')).out).runs).toMatchObject([{ reused: true, folder: old }]);
  });
});

describe('nothing is written outside of a run', () => {
  it.each(['scores', 'checkpoints', 'weights', 'log.jsonl', 'checkpoints/epoch-0001'])('%s in it that is a link is refused', async (name) => {
    const outside = join(folder, 'outside');
    mkdirSync(outside, { recursive: true });
    const of = join(project, 'runs/linked');
    rmSync(of, { recursive: true, force: true });
    cpSync(join(project, 'runs/two'), of, { recursive: true });
    rmSync(join(of, name), { recursive: true, force: true });
    symlinkSync(outside, join(of, name));
    const { status, err } = await gradalign('train', '--resume', 'runs/linked', '--set', 'train.epochs=3');
    expect([status, err]).toEqual([2, expect.stringContaining(`${name} in it is a symbolic link`)]);
    expect(readdirSync(outside)).toEqual([]);
  });

  it('names of domains, methods, weights and runs are checked before the first step', async () => {
    const refused = async (set: string, message: string) => {
      const { status, err } = await gradalign('train', 'experiment.yaml', '-o', 'runs/names', '--set', set);
      expect([status, err]).toEqual([2, expect.stringContaining(message)]);
      expect(existsSync(join(project, 'runs/names/log.jsonl'))).toBe(false);
    };
    await refused('data.target={ "../../x": { use: image-folder, root: faces, domain: b } }', 'it has a separator of paths in it');
    await refused('data.target={ con: { use: image-folder, root: faces, domain: b } }', 'Windows keeps this name for a device');
    await refused('data.target={ held-out: { use: image-folder, root: faces, domain: b } }', "a target cannot be called 'held-out'");
    await refused('data.target={ A: { use: image-folder, root: faces, domain: b } }', "'A' and 'a' are one file on some systems");
    await refused('name=../x', 'cannot name the folder of a run');
    await refused('callbacks=[{ use: ema, name: b.csv }]', 'which cannot name a folder: score files end so');
    writeFileSync(join(project, 'bad.yaml'), 'experiment: both.yaml\nmethods:\n  a/b: { optimizer: { use: erm } }\n  A: {}\n  a: {}\n');
    const { status, err } = await gradalign('compare', 'bad.yaml');
    expect([status, err]).toEqual([2, expect.stringContaining('bad.yaml:3:3 methods["a/b"]: "a/b" cannot name a method')]);
    expect(err).toContain("bad.yaml:5:3 methods.a: 'a' and 'A' are one folder on some systems");
  });
});

it('a run that was moved finds the plugin that it was started with by a relative file', async () => {
  const [here, there] = [join(folder, 'with plugin'), join(folder, 'with plugin, moved')];
  cpSync(join(project, 'faces'), join(here, 'faces'), { recursive: true });
  writeFileSync(
    join(here, 'plugin.mjs'),
    `export default { name: 'mine', items: [{ kind: 'schedule', name: 'half', summary: 'half', options: { type: 'object', properties: {}, additionalProperties: false }, create: () => ({ factor: () => 0.5 }) }] };`,
  );
  writeFileSync(join(here, 'e.yaml'), faces.replace('plugins: [', 'plugins: ["./plugin.mjs", ').replace('train:', 'schedule: half\ntrain:'));
  expect(await run(here, ['train', 'e.yaml', '-o', 'runs/r', '--set', 'train.epochs=1'])).toMatchObject({ status: 0 });
  expect(readFileSync(join(here, 'runs/r/experiment.yaml'), 'utf8')).toContain('plugins[0]:\n    text: ./plugin.mjs\n    from: ../..\n');
  renameSync(here, there);
  const plugin = join(there, 'plugin.mjs');
  // It is found where it is now; a run's folder vouches for no code.
  const evaluate = (...more: string[]) => run(folder, ['evaluate', 'with plugin, moved/runs/r', ...more]);
  expect(await evaluate()).toMatchObject({ status: 2, err: expect.stringContaining(`expected --trust "${plugin}" where you trust it`) });
  const { status, err } = await evaluate('--trust', plugin);
  expect(status, err).toBe(0);
});
