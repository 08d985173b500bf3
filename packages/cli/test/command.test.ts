import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { RunSharpness } from '@gradalign/core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gradalignArguments, gradalign as run } from './gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign command é-'));
afterAll(() => rmSync(folder, { recursive: true }));

const gradalign = (...args: string[]) => run(folder, args, { NODE_PATH: '' });

const plugins = `plugins: ["@gradalign/optimizers", "@gradalign/models", "@gradalign/datasets", "@gradalign/fas-gac"]`;
const mnist = `${plugins}
seed: 3
data:
  source:
    upright: { use: rotated-mnist, angle: 0, limit: 120 }
    turned: { use: rotated-mnist, angle: 30, limit: 120 }
  target:
    far: { use: rotated-mnist, angle: 75, limit: 120 }
  image: { size: 28, mean: [0.1307], std: [0.3081] }
  batch: { perDomain: 12 }
model: { use: tiny-cnn, width: 4, blocks: 3, stride: 2, head: linear }
losses: [cross-entropy]
optimizer: { use: gac, warmupEpochs: 1, base: { use: sgd, learningRate: 0.05 } }
train: { epochs: 3, evaluateEvery: 2 }
`;

beforeAll(() => {
  writeFileSync(join(folder, 'mnist.yaml'), mnist);
});

/** Faces nobody would mistake: bright is live, dark is an attack. */
async function writeFaces(root: string): Promise<void> {
  for (const domain of ['a', 'b']) {
    for (const split of ['train', 'test']) {
      for (const label of ['live', 'attack/print']) {
        for (let clip = 0; clip < 6; clip++) {
          const path = join(root, domain, split, label, `s${split === 'train' ? clip : clip + 10}_clip`);
          mkdirSync(path, { recursive: true });
          for (let frame = 0; frame < 2; frame++) {
            const level = (label === 'live' ? 200 : 60) + 5 * clip + frame;
            await sharp({ create: { width: 40, height: 48, channels: 3, background: { r: level, g: level, b: level } } })
              .jpeg()
              .toFile(join(path, `f${frame}.jpg`));
          }
        }
      }
    }
  }
}

describe('help and usage', () => {
  it('says nothing when whoever reads stops reading', () => {
    // The reader ends before the command has begun to write.
    const command = [process.execPath, ...gradalignArguments, 'data', 'prepare', '--help'].map((part) => `'${part}'`).join(' ');
    const { status, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', `${command} | true`], { cwd: folder, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    ['train'],
    ['compare'],
    ['evaluate'],
    ['predict'],
    ['validate'],
    ['show'],
    ['schema'],
    ['list'],
    ['data', 'synthesize'],
    ['data', 'inspect'],
    ['engine', 'install'],
    ['engine', 'doctor'],
    ['engine', 'verify'],
    ['engine', 'remove'],
  ])('gradalign %s %s --help shows an example', (...command) => {
    const { status, out } = gradalign(...command.filter((part) => part !== undefined), '--help');
    expect(status).toBe(0);
    expect(out).toMatch(/Examples?:/);
  });

  it('an unknown command or option is wrong usage: exit code 2, a suggestion, no stack trace', () => {
    const { status, err } = gradalign('trian');
    expect(status).toBe(2);
    expect(err).toContain('Did you mean train?');
    expect(gradalign('train', 'x.yaml', '--nope').status).toBe(2);
    const { status: missing, err: message } = gradalign('train', 'nowhere.yaml');
    expect(missing).toBe(2);
    expect(message.trim()).toBe('Cannot read nowhere.yaml: there is no such file, expected a YAML file');
  });
});

describe('configuration', () => {
  it('validate tells every problem with its place, exit code 2', () => {
    writeFileSync(join(folder, 'wrong.yaml'), mnist.replace('use: gac', 'use: gacc').replace('perDomain: 12', 'perDomain: none'));
    const { status, err } = gradalign('validate', 'wrong.yaml');
    expect(status).toBe(2);
    expect(err).toContain("wrong.yaml:13:19 optimizer.use: there is no optimizer 'gacc'");
    expect(err).toContain("did you mean 'gac'?");
    expect(err).toContain('wrong.yaml:10:23 data.batch.perDomain: found text "none", expected a whole number');
    expect(err).not.toContain('    at ');
    expect(gradalign('validate', 'mnist.yaml')).toMatchObject({ status: 0, out: 'mnist.yaml: valid\n' });
  });

  it('show prints an experiment that shows itself again', () => {
    const { out } = gradalign('show', 'mnist.yaml', '--set', 'seed=9');
    expect(out).toContain('seed: 9');
    writeFileSync(join(folder, 'shown.yaml'), out);
    expect(gradalign('show', 'shown.yaml').out).toBe(out);
  });

  it('list tells what GAC costs; schema is draft-07', () => {
    expect(gradalign('list', 'gac').out).toContain('a step for k domains: k + 1 forwards, 2k + 1 backwards');
    expect(JSON.parse(gradalign('schema').out)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' });
    expect(gradalign('list', 'gacc')).toMatchObject({ status: 2, err: expect.stringContaining("did you mean 'gac'?") });
  });

  it('every published recipe is a valid experiment once it has data', () => {
    for (const recipe of ['oci-to-m', 'omi-to-c', 'ocm-to-i', 'icm-to-o']) {
      const url = new URL(`../../fas-gac/recipes/${recipe}.yaml`, import.meta.url);
      writeFileSync(
        join(folder, `${recipe}.yaml`),
        `extends: ${JSON.stringify(fileURLToPath(url))}\ndata: { source: { x: { use: image-folder, root: x } } }\n`,
      );
      const { status, out, err } = gradalign('show', `${recipe}.yaml`, '--json');
      expect([recipe, status, err]).toEqual([recipe, 0, '']);
      expect(JSON.parse(out)).toMatchObject({ optimizer: { use: 'gac', rho: 0.1, alpha: 2e-4 }, train: { freeze: { '!head/**': 1 } }, data: { views: 2 } });
    }
  });
});

describe('a run', () => {
  it('trains, leaves everything behind, and refuses to run over it', () => {
    const { status, out, err } = gradalign('train', 'mnist.yaml', '-o', 'runs/one', '--json');
    expect([status, err.match(/defect/)]).toEqual([0, null]);
    const results = JSON.parse(out);
    expect(results.steps).toEqual({ erm: expect.any(Number), gac: expect.any(Number) });
    expect(results.evaluation.figures.pooled.video.figures.accuracy).toBeGreaterThan(0);
    const run = join(folder, 'runs/one');
    expect(readdirSync(run).sort()).toEqual(['checkpoints', 'environment.json', 'experiment.yaml', 'log.jsonl', 'results.json', 'scores']);
    const log = readFileSync(join(run, 'log.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(log.filter(({ event }) => event === 'step')).toHaveLength(results.steps.erm + results.steps.gac);
    expect(gradalign('train', 'mnist.yaml', '-o', 'runs/one')).toMatchObject({
      status: 2,
      err: expect.stringContaining('it holds a finished run, expected a folder without one'),
    });
  });

  it('tells how sharp its minimum is on every domain, the same figures each time, and refuses a distance of 0', () => {
    const options = ['sharpness', 'runs/one', '--samples', '20', '--directions', '3'];
    const { status, out, err } = gradalign(...options, '--json');
    expect(status, err).toBe(0);
    const { domains, rho } = JSON.parse(out) as RunSharpness;
    expect(rho).toBe(0.1);
    expect(Object.entries(domains).map(([name, { role, samples }]) => [name, role, samples])).toEqual([
      ['upright', 'source', 20],
      ['turned', 'source', 20],
      ['far', 'target', 20],
    ]);
    for (const { loss, adversarial, eigenvalue } of Object.values(domains)) {
      expect(adversarial).toBeGreaterThan(loss);
      expect(eigenvalue.value).toBeGreaterThan(0);
    }
    const text = gradalign(...options).out;
    expect(text).toContain(domains['far']?.loss.toPrecision(4));
    expect(text).toContain(domains['upright']?.eigenvalue.value.toPrecision(4));
    expect(gradalign('sharpness', 'runs/one', '--rho', '0')).toMatchObject({
      status: 2,
      err: "Cannot measure sharpness: --rho is '0', expected a number > 0\n",
    });
    expect(gradalign('sharpness', 'nowhere')).toMatchObject({ status: 2, err: expect.stringContaining('it holds no experiment.yaml') });
  });

  it('interrupted and resumed, with another number of workers, it ends with the same weights, bit for bit', async () => {
    const child = spawn(process.execPath, [...gradalignArguments, 'train', 'mnist.yaml', '-o', 'runs/two', '--set', 'workers=1', '--set', 'train.epochs=3'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let err = '';
    let told = false;
    child.stderr.on('data', (text) => {
      err += text;
      if (!told && /training \d/.test(err)) told = child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.on('exit', resolve));
    if (code === 130) {
      expect(err).toContain('go on with: gradalign train --resume');
      expect(gradalign('train', '--resume', 'runs/two', '--set', 'workers=0').status).toBe(0);
    }
    const weights = (run: string) => readFileSync(join(folder, run, 'checkpoints/epoch-0003/model.safetensors'));
    expect(weights('runs/two').equals(weights('runs/one'))).toBe(true);
  });

  it('a run that never leaves its warm-up says so loudly', () => {
    const { status, err } = gradalign('train', 'mnist.yaml', '-o', 'runs/warm', '--set', 'train.epochs=1', '--quiet');
    expect(status).toBe(0);
    expect(err).toContain("NO STEP OF 'gac' WAS TAKEN");
  });

  it('a loss that is not a number stops it, says where, and leaves the last good checkpoint', () => {
    const { status, err } = gradalign('train', 'mnist.yaml', '-o', 'runs/nan', '--set', 'optimizer={use: erm, base: {use: sgd, learningRate: 1e30}}');
    expect(status).toBe(1);
    expect(err).toMatch(/Cannot continue training: at step \d+ \(epoch \d\) the risk of domain '\w+' is (NaN|Infinity)|holds values that are not finite/);
  });
});

/** Trained on domain a, tested on domain b. */
const experiment = () => `${plugins}
data:
  source: { a: { use: image-folder, root: faces } }
  target: { b: { use: image-folder, root: faces } }
  image: { size: 16 }
  holdOut: 0.3
  augment: [flip]
  batch: { perDomain: 8 }
model: { use: tiny-cnn, width: 4, blocks: 2, head: cosine }
optimizer: { use: erm, base: { use: sgd, learningRate: 0.05 } }
train: { epochs: 8, evaluateEvery: 0, checkpointEvery: 4 }
`;

describe('faces in folders', () => {
  it('are inspected, learned, evaluated on a folder, and predicted one by one, broken ones named', async () => {
    await writeFaces(join(folder, 'faces'));
    writeFileSync(join(folder, 'faces/a/train/live/s0_clip/broken.jpg'), '');
    writeFileSync(join(folder, 'faces.yaml'), experiment());
    const inspected = gradalign('data', 'inspect', 'faces', '--sheet', 'sheet.png');
    expect(inspected.status).toBe(0);
    expect(inspected.out).toContain('broken.jpg');
    expect((await sharp(join(folder, 'sheet.png')).metadata()).format).toBe('png');
    const trained = gradalign('train', 'faces.yaml', '-o', 'runs/faces');
    expect(trained.status).toBe(0);
    expect(trained.err).toContain('broken.jpg');
    expect(trained.out).toMatch(/literature[\s\S]*deployable/i);
    expect(existsSync(join(folder, 'runs/faces/scores/b.csv'))).toBe(true);
    expect(readFileSync(join(folder, 'runs/faces/scores/b.csv'), 'utf8').split('\n')[0]).toBe(
      'claimed_id,test_label,is_bonafide,attack_type,score,frame_id,video_key',
    );
    const evaluated = gradalign('evaluate', 'runs/faces', '--on', 'faces/b', '--json');
    expect(JSON.parse(evaluated.out).literature.pooled.video.figures.hter).toBeLessThanOrEqual(0.5);
    const predicted = gradalign('predict', 'runs/faces', 'faces/b/test/live/s10_clip', 'faces/a/train/live/s0_clip/broken.jpg');
    expect(predicted.status).toBe(1);
    expect(predicted.out).toMatch(/f0\.jpg: score 0\.\d{4}, (live|attack)/);
    expect(predicted.out).toContain('broken.jpg: ');
    expect(predicted.out).toContain('equal error point of the held-out source share');
  });

  it('a domain with no samples is an error, one with one label only a warning', async () => {
    mkdirSync(join(folder, 'none/train/live'), { recursive: true });
    writeFileSync(join(folder, 'empty.yaml'), experiment().replace('root: faces } }\n  target', 'root: none } }\n  target'));
    expect(gradalign('train', 'empty.yaml', '-o', 'runs/empty')).toMatchObject({ status: 1, err: expect.stringContaining("Cannot read data set 'a'") });
    for (let clip = 0; clip < 4; clip++) {
      mkdirSync(join(folder, `single/train/live/s${clip}_x`), { recursive: true });
      await sharp({ create: { width: 20, height: 20, channels: 3, background: '#888' } })
        .png()
        .toFile(join(folder, `single/train/live/s${clip}_x/1.png`));
    }
    writeFileSync(join(folder, 'single.yaml'), experiment().replace('root: faces } }\n  target', 'root: single } }\n  target'));
    const { status, err } = gradalign('train', 'single.yaml', '-o', 'runs/single', '--set', 'train.epochs=1');
    expect(status).toBe(0);
    expect(err).toMatch(/warning: All samples of the source domains have label 1/);
  });
});

describe('weights beside the raw ones', () => {
  const callbacks = '[{ use: ema, decay: 0.5 }, { use: swa, start: 0.5 }, { use: swad, every: 2, optimumPatience: 1, overfitPatience: 2 }, best-checkpoint]';
  const averaging = (run: string, ...more: string[]) => gradalign('train', 'averaging.yaml', '-o', run, ...more);
  const weights = (run: string, name: string) => readFileSync(join(folder, run, `weights/${name}/model.safetensors`));

  beforeAll(async () => {
    if (!existsSync(join(folder, 'faces'))) await writeFaces(join(folder, 'faces'));
    writeFileSync(join(folder, 'averaging.yaml'), `${experiment()}callbacks: ${callbacks}\n`.replace('evaluateEvery: 0', 'evaluateEvery: 1'));
    writeFileSync(join(folder, 'plain.yaml'), experiment().replace('evaluateEvery: 0', 'evaluateEvery: 1'));
  });

  it('have figures, thresholds and score files of their own, and leave those of the raw weights as they are', () => {
    const { status, out, err } = averaging('runs/averaged');
    expect([status, err.match(/defect/)]).toEqual([0, null]);
    expect(out).toContain('erm + swa: mean of 5 weights, after steps 4 to 8');
    expect(out).toMatch(/video \(mean\) {2}erm [\s\S]*video \(mean\) {2}erm \+ swad /);
    const results = JSON.parse(readFileSync(join(folder, 'runs/averaged/results.json'), 'utf8'));
    expect(Object.keys(results.weights)).toEqual(['ema', 'swa', 'swad', 'best']);
    expect(results.weights.swa).toMatchObject({
      facts: { first: 4, last: 8 },
      thresholds: { frame: { value: expect.any(Number) } },
      validation: { hter: expect.any(Number) },
    });
    const plain = JSON.parse(gradalign('train', 'plain.yaml', '-o', 'runs/plain', '--json').out);
    expect([results.evaluation, results.thresholds]).toEqual([plain.evaluation, plain.thresholds]);
    const scores = (path: string) => readFileSync(join(folder, 'runs/averaged/scores', path), 'utf8');
    expect(new Set(['b.csv', 'ema/b.csv', 'swa/b.csv', 'swad/b.csv'].map(scores)).size).toBe(4);
  });

  it('are evaluated and used by name; a name that is not there, or a checkpoint too, is wrong usage', () => {
    const { weights: of } = JSON.parse(readFileSync(join(folder, 'runs/averaged/results.json'), 'utf8'));
    const evaluated = JSON.parse(gradalign('evaluate', 'runs/averaged', '--weights', 'swad', '--json').out);
    expect(evaluated).toMatchObject({ weights: 'swad', ...of.swad.evaluation });
    const { threshold } = JSON.parse(gradalign('predict', 'runs/averaged', 'faces/b/test/live/s10_clip', '--weights', 'ema', '--json').out);
    expect(threshold).toEqual(of.ema.thresholds.frame);
    expect(gradalign('evaluate', 'runs/averaged', '--weights', 'swda')).toMatchObject({
      status: 2,
      err: expect.stringContaining(
        "with weights 'swda': no callback of the run offered weights of that name, expected one of raw, ema, swa, swad, best; did you mean 'swa'?",
      ),
    });
    expect(gradalign('predict', 'runs/plain', 'faces', '--weights', 'swad')).toMatchObject({
      status: 2,
      err: expect.stringContaining('no callback of the run offered any, expected raw'),
    });
    expect(gradalign('evaluate', 'runs/averaged', '--weights', 'ema', '--checkpoint', 'epoch-0008').err).toContain("checkpoint 'epoch-0008' was asked for too");
  });

  it('interrupted and resumed they are the same, bit for bit', async () => {
    const child = spawn(process.execPath, [...gradalignArguments, 'train', 'averaging.yaml', '-o', 'runs/cut'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let told = false;
    child.stderr.on('data', (text) => {
      if (!told && /training [3-5]\/8/.test(String(text))) told = child.kill('SIGINT');
    });
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(130);
    expect(gradalign('evaluate', 'runs/cut', '--weights', 'swad').err).toContain('it has not finished, and callbacks offer weights at the end');
    expect(gradalign('train', '--resume', 'runs/cut').status).toBe(0);
    for (const name of ['ema', 'swa', 'swad', 'best']) expect([name, weights('runs/cut', name).equals(weights('runs/averaged', name))]).toEqual([name, true]);
  });

  it('need a held-out share where they look at one: refused before anything is trained', () => {
    const { status, err } = averaging('runs/nothing-held', '--set', 'data.holdOut=0');
    expect([status, existsSync(join(folder, 'runs/nothing-held/experiment.yaml'))]).toEqual([2, false]);
    expect(err).toContain("Cannot run callback 'swad': no source data is held out for it to look at, expected data.holdOut above 0");
  });

  it('have rows of their own in a study', () => {
    writeFileSync(
      join(folder, 'averaging-study.yaml'),
      'experiment: averaging.yaml\nleaveOut: [b]\nmethods: { ERM: { callbacks: [] }, ERM-averaged: { callbacks: [swa] } }\noutput: averaging-study\n',
    );
    const compared = gradalign('compare', 'averaging-study.yaml', '--set', 'data.source.b={use: image-folder, root: faces}', '--set', 'data.target={}');
    expect(compared.out).toMatch(/b\s+│ ERM [\s\S]*b\s+│ ERM-averaged [\s\S]*b\s+│ ERM-averaged \+ swa /);
  });
});

describe('a study', () => {
  it('runs what is missing, reuses what is there, and ends with a table', () => {
    writeFileSync(
      join(folder, 'study.yaml'),
      'experiment: mnist.yaml\nleaveOut: [turned]\nmethods: { erm: { optimizer: { use: erm } }, sam: { optimizer: { use: sam } } }\nseeds: [0]\noutput: study\n',
    );
    const first = gradalign('compare', 'study.yaml', '--set', 'train.epochs=1');
    expect(first.status).toBe(0);
    expect(first.out).toMatch(/turned\s*│ erm[\s\S]*turned\s*│ sam/);
    const second = gradalign('compare', 'study.yaml', '--set', 'train.epochs=1', '--json');
    expect(JSON.parse(second.out).runs.map(({ reused }: { reused: boolean }) => reused)).toEqual([true, true]);
    writeFileSync(join(folder, 'bad-study.yaml'), 'experiment: mnist.yaml\nleaveOut: [truned]\nmethod: 1\n');
    expect(gradalign('compare', 'bad-study.yaml')).toMatchObject({
      status: 2,
      err: expect.stringContaining("bad-study.yaml:3:1 method: 'method' is not known here"),
    });
  });
});

it('the example plugin trains from its own folder', () => {
  const plugin = pathToFileURL(fileURLToPath(new URL('../../../examples/custom-optimizer/extragradient.js', import.meta.url)));
  writeFileSync(
    join(folder, 'custom.yaml'),
    mnist
      .replace(plugins, plugins.replace(']', `, ${JSON.stringify(plugin.href)}]`))
      .replace(/optimizer: .*/, 'optimizer: { use: extragradient, lookahead: 0.05 }'),
  );
  const { status, out, err } = gradalign('train', 'custom.yaml', '-o', 'runs/custom', '--json', '--set', 'train.epochs=1');
  expect([status, err.match(/Cannot|defect/)]).toEqual([0, null]);
  expect(JSON.parse(out).steps.extragradient).toBeGreaterThan(0);
});
