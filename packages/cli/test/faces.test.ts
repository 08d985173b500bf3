import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faces, writeFaces, writeGray } from './experiments.ts';
import { once } from './once.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign faces é-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);
const read = (path: string) => readFileSync(join(folder, path), 'utf8');

const callbacks = '[{ use: ema, decay: 0.5 }, { use: swa, start: 0.5 }, { use: swad, every: 2, optimumPatience: 1, overfitPatience: 2 }, best-checkpoint]';
const evaluatedEachEpoch = faces.replace('evaluateEvery: 0', 'evaluateEvery: 1');

beforeAll(async () => {
  await writeFaces(join(folder, 'faces'));
  writeFileSync(join(folder, 'faces/a/train/live/s0_clip/broken.jpg'), '');
  writeFileSync(join(folder, 'faces.yaml'), faces);
  writeFileSync(join(folder, 'plain.yaml'), evaluatedEachEpoch);
  writeFileSync(join(folder, 'averaging.yaml'), `${evaluatedEachEpoch}callbacks: ${callbacks}\n`);
});

/** Runs in runs/faces, runs/plain and runs/averaged. */
const trained = once(() => gradalign('train', 'faces.yaml', '-o', 'runs/faces'));
const plain = once(() => gradalign('train', 'plain.yaml', '-o', 'runs/plain', '--json'));
const averaged = once(() => gradalign('train', 'averaging.yaml', '-o', 'runs/averaged'));

describe('faces in folders', () => {
  it('inspect counts them, names the broken one and draws a sheet', async () => {
    const { status, out } = await gradalign('data', 'inspect', 'faces', '--sheet', 'sheet.png');
    expect(status).toBe(0);
    expect(out).toMatch(/^ {2}split +live +attack +subjects\n {2}train +6 .*\n/m);
    expect(out).toContain('broken.jpg');
    expect((await sharp(join(folder, 'sheet.png')).metadata()).format).toBe('png');
  });

  it('train warns about the broken one, and prints figures by both conventions', async () => {
    const { status, out, err } = await trained();
    expect(status).toBe(0);
    expect(err).toContain('broken.jpg');
    expect(out).toMatch(/literature[\s\S]*deployable/i);
    expect(read('runs/faces/scores/b.csv').split('\n')[0]).toBe('claimed_id,test_label,is_bonafide,attack_type,score,frame_id,video_key,logit');
  });

  it('evaluate takes a folder as its target', async () => {
    await trained();
    const { status, out } = await gradalign('evaluate', 'runs/faces', '--on', 'faces/b', '--scores', 'scores', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(out).literature.pooled.video.figures.hter).toBeLessThanOrEqual(0.5);
    // A header, and 2 frames of 12 clips in each of 2 splits.
    expect(read('scores/b.csv').trim().split('\n')).toHaveLength(49);
  });

  it('predict decides on each image, names the broken one and ends with 1', async () => {
    await trained();
    const { status, out } = await gradalign('predict', 'runs/faces', 'faces/b/test/live/s10_clip', 'faces/a/train/live/s0_clip/broken.jpg');
    expect(status).toBe(1);
    expect(out).toMatch(/f0\.jpg: score 0\.\d{4}, (live|attack)/);
    expect(out).toContain('broken.jpg: ');
    expect(out).toContain('equal error point of the held-out source share');
  });

  it('a domain without samples is an error', async () => {
    mkdirSync(join(folder, 'none/train/live'), { recursive: true });
    writeFileSync(join(folder, 'empty.yaml'), faces.replace('root: faces } }\n  target', 'root: none } }\n  target'));
    const { status, err } = await gradalign('train', 'empty.yaml', '-o', 'runs/empty');
    expect([status, err]).toEqual([1, expect.stringContaining("Cannot read data set 'a'")]);
  });

  it('sources with one label are a warning', async () => {
    for (let clip = 0; clip < 4; clip++) {
      mkdirSync(join(folder, `single/train/live/s${clip}_x`), { recursive: true });
      await writeGray(join(folder, `single/train/live/s${clip}_x/1.png`), 136);
    }
    writeFileSync(join(folder, 'single.yaml'), faces.replace('root: faces } }\n  target', 'root: single } }\n  target'));
    const { status, err } = await gradalign('train', 'single.yaml', '-o', 'runs/single', '--set', 'train.epochs=1');
    expect(status).toBe(0);
    expect(err).toMatch(/warning: All samples of the source domains have label 1/);
  });
});

describe('weights that callbacks offer', () => {
  const weights = (name: string, of: string) => readFileSync(join(folder, `runs/${name}/weights/${of}/model.safetensors`));

  it('have figures, thresholds and score files of their own, and do not change those of the raw weights', async () => {
    const { status, out, err } = await averaged();
    expect([status, err.match(/bug/)]).toEqual([0, null]);
    expect(out).toContain('erm + swa: mean of 5 weights, after steps 4 to 8');
    expect(out).toMatch(/video \(mean\) {2}erm [\s\S]*video \(mean\) {2}erm \+ swad /);
    const results = JSON.parse(read('runs/averaged/results.json'));
    expect(Object.keys(results.weights)).toEqual(['ema', 'swa', 'swad', 'best']);
    expect(results.weights.swa).toMatchObject({
      facts: { first: 4, last: 8 },
      thresholds: { frame: { value: expect.any(Number) } },
      validation: { hter: expect.any(Number) },
    });
    const raw = JSON.parse((await plain()).out);
    expect([results.evaluation, results.thresholds]).toEqual([raw.evaluation, raw.thresholds]);
    const scores = ['b.csv', 'ema/b.csv', 'swa/b.csv', 'swad/b.csv'].map((path) => read(`runs/averaged/scores/${path}`));
    expect(new Set(scores).size).toBe(4);
  });

  it('are evaluated and used by name', async () => {
    await averaged();
    const results = JSON.parse(read('runs/averaged/results.json'));
    const evaluated = JSON.parse((await gradalign('evaluate', 'runs/averaged', '--weights', 'swad', '--json')).out);
    expect(evaluated).toMatchObject({ weights: 'swad', ...results.weights.swad.evaluation });
    const { threshold } = JSON.parse((await gradalign('predict', 'runs/averaged', 'faces/b/test/live/s10_clip', '--weights', 'ema', '--json')).out);
    expect(threshold).toEqual(results.weights.ema.thresholds.frame);
  });

  it('a name that no callback offered, or a checkpoint too, is wrong usage', async () => {
    await averaged();
    await plain();
    const misspelt = await gradalign('evaluate', 'runs/averaged', '--weights', 'swda');
    expect(misspelt.status).toBe(2);
    expect(misspelt.err).toContain(
      "with weights 'swda': no callback of the run offered weights of that name, expected one of raw, ema, swa, swad, best; did you mean 'swa'?",
    );
    const none = await gradalign('predict', 'runs/plain', 'faces', '--weights', 'swad');
    expect([none.status, none.err]).toEqual([2, expect.stringContaining('no callback of the run offered any, expected raw')]);
    const both = await gradalign('evaluate', 'runs/averaged', '--weights', 'ema', '--checkpoint', 'epoch-0008');
    expect([both.status, both.err]).toEqual([2, expect.stringContaining("checkpoint 'epoch-0008' was asked for too")]);
  });

  it('are the same bit for bit when the run is interrupted at step 4 of 8 and resumed', async () => {
    const cut = await run(folder, ['train', 'averaging.yaml', '-o', 'runs/cut'], { interruptAt: /training 4\/8/ });
    expect(cut.status).toBe(130);
    expect((await gradalign('evaluate', 'runs/cut', '--weights', 'swad')).err).toContain('it has not finished, and callbacks offer weights at the end');
    expect(await gradalign('train', '--resume', 'runs/cut')).toMatchObject({ status: 0 });
    await averaged();
    for (const of of ['ema', 'swa', 'swad', 'best']) expect([of, weights('cut', of).equals(weights('averaged', of))]).toEqual([of, true]);
  });

  it('need a held-out share if they look at one: refused before anything is trained', async () => {
    const { status, err } = await gradalign('train', 'averaging.yaml', '-o', 'runs/nothing-held', '--set', 'data.holdOut=0');
    expect([status, existsSync(join(folder, 'runs/nothing-held/experiment.yaml'))]).toEqual([2, false]);
    expect(err).toContain("Cannot run callback 'swad': no source data is held out for it to look at, expected data.holdOut above 0");
  });

  it('have rows of their own in a study', async () => {
    writeFileSync(
      join(folder, 'study.yaml'),
      'experiment: averaging.yaml\nleaveOut: [b]\nmethods: { ERM: { callbacks: [] }, ERM-averaged: { callbacks: [swa] } }\noutput: study\n',
    );
    const { status, out } = await gradalign('compare', 'study.yaml', '--set', 'data.source.b={use: image-folder, root: faces}', '--set', 'data.target={}');
    expect(status).toBe(0);
    expect(out).toMatch(/^ {2}b +ERM +1 [\s\S]*^ {2}b +ERM-averaged +1 [\s\S]*^ {2}b +ERM-averaged \+ swa +1 /m);
  });
});
