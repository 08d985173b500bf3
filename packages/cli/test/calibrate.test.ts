import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Decision, Predictions, RunResults } from '@gradalign/core';
import type { Conventions } from '@gradalign/metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faces, writeFaces, writeGray } from './experiments.ts';
import { once } from './once.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign calibrate é-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);
const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const results = () => JSON.parse(read('run/results.json')) as RunResults;

beforeAll(async () => {
  await writeFaces(join(folder, 'faces'));
  write('faces.yaml', faces);
});

const trained = once(() => gradalign('train', 'faces.yaml', '-o', 'run'));

async function calibrate(...args: string[]): Promise<Decision & { name: string }> {
  const { status, out, err } = await gradalign('calibrate', 'run', ...args, '--json');
  expect([status, err.match(/Cannot|bug/)]).toEqual([0, null]);
  return JSON.parse(out) as Decision & { name: string };
}

const live = [0.9, 0.8, 0.6, 0.3];
const attacks = [0.7, 0.4, 0.2, 0.1];
/** Logits 0.9, 0.8, 0.6, 0.3 of live, 0.7, 0.4, 0.2, 0.1 of attacks, ten copies by other people. */
const tenfold = `claimed_id,is_bonafide,attack_type,score,logit\n${Array.from({ length: 10 }, (_, person) =>
  [...live.map((x) => `p${person},true,,0.5,${x}`), ...attacks.map((x) => `p${person},false,print,0.5,${x}`)].join('\n'),
).join('\n')}\n`;

describe('results of a run', () => {
  it('have figures with intervals, thresholds that are logits, and score files that give the same figures by themselves', async () => {
    await trained();
    const { evaluation, thresholds } = results();
    expect(thresholds).toMatchObject({ scale: 'logit' });
    const frame = evaluation?.literature?.domains['b']?.frame;
    expect(frame?.intervals).toMatchObject({ hter: [expect.any(Number), expect.any(Number)], auc: [expect.any(Number), expect.any(Number)] });
    expect(frame?.resampled).toBe('subjects');
    const { out } = await gradalign('evaluate', '--scores', 'run/scores/b.csv', '--json');
    const { literature } = JSON.parse(out) as Conventions;
    expect(literature).toMatchObject({ hter: frame?.figures['hter'], auc: frame?.figures['auc'], threshold: frame?.threshold });
    const video = evaluation?.literature?.domains['b']?.video;
    expect(literature.video).toMatchObject({ hter: video?.figures['hter'], auc: video?.figures['auc'] });
  });
});

describe('calibrate', () => {
  it('chooses the equal error point of the held-out share by default, and stores it with the run', async () => {
    await trained();
    const decision = await calibrate();
    const { thresholds } = results();
    expect(decision).toMatchObject({ name: 'eer', weights: 'raw', checkpoint: 'epoch-0008', scale: 'logit', chosenOn: 'the held-out source share (a)' });
    expect(thresholds).toMatchObject({ frame: { value: decision.frame.threshold }, video: { value: decision.video.threshold } });
    expect(JSON.parse(read('run/decisions.json'))).toMatchObject({ format: 2, decisions: { eer: { frame: { threshold: decision.frame.threshold } } } });
  });

  it('at an operating point of a score file: APCER at most 25 % is met at 0.6, BPCER at most 25 % at 0.6 too, APCER at most 1 % at 0.8', async () => {
    await trained();
    write('dev.csv', tenfold);
    expect((await calibrate('--scores', 'dev.csv', '--apcer', '0.25')).frame).toMatchObject({ threshold: 0.6, apcer: 0.25, bpcer: 0.25, n: 80 });
    expect((await calibrate('--scores', 'dev.csv', '--bpcer', '0.25')).frame).toMatchObject({ threshold: 0.6 });
    const strict = await calibrate('--scores', 'dev.csv', '--apcer', '0.01', '--name', 'the door');
    expect(strict).toMatchObject({ name: 'the door', chosenOn: 'dev.csv', frame: { threshold: 0.8, apcer: 0, bpcer: 0.5 } });
    const [low, high] = strict.frame.interval as [number, number];
    expect(low <= 0.8 && 0.8 <= high).toBe(true);
    expect(Object.keys(JSON.parse(read('run/decisions.json')).decisions)).toEqual(expect.arrayContaining(['apcer=0.25', 'bpcer=0.25', 'the door']));
    const text = await gradalign('calibrate', 'run', '--scores', 'dev.csv', '--apcer', '0.01', '--name', 'the door');
    expect(text.out).toContain("decision 'the door': threshold at an APCER of at most 1 % (worst species) on dev.csv");
    expect(text.err).toContain("the decision 'the door' was there and is replaced");
    expect(text.err).toContain('dev.csv: columns claimed_id, is_bonafide');
  });

  it('temperature has the least loss: no other in a grid is better; isotonic needs no shape', async () => {
    await trained();
    write('dev.csv', tenfold);
    const { frame } = await calibrate('--scores', 'dev.csv');
    const { temperature } = frame.calibration as { temperature: number };
    const loss = (t: number) => {
      const p = (x: number) => 1 / (1 + Math.exp((-12 * x) / t));
      return -live.reduce((sum, x) => sum + Math.log(p(x)), 0) - attacks.reduce((sum, x) => sum + Math.log(1 - p(x)), 0);
    };
    for (const other of [0.5, 0.9, 0.99, 1.01, 1.1, 2]) expect(loss(temperature)).toBeLessThan(loss(other * temperature));
    const { calibration } = (await calibrate('--scores', 'dev.csv', '--isotonic', '--name', 'iso')).frame as {
      calibration: { readonly points: readonly (readonly [number, number])[] };
    };
    // 0.1 0.2 | 0.3 0.4 | 0.6 0.7 | 0.8 0.9 have 0, 1/2, 1/2, 1 live; neighbors of the same share are one block.
    expect(calibration.points.map(([x, p]) => [Number((x / 12).toFixed(6)), p])).toEqual([
      [0.1, 0],
      [0.2, 0],
      [0.3, 0.5],
      [0.7, 0.5],
      [0.8, 1],
      [0.9, 1],
    ]);
  });

  it('takes scores in 0..1 without logits for probabilities: 0.5 is a logit of 0, and other scores for logits', async () => {
    await trained();
    write('probabilities.txt', '0.9 1\n0.5 1\n0.2 0\n0.1 0\n');
    expect((await calibrate('--scores', 'probabilities.txt')).frame.threshold).toBeCloseTo(0, 12);
    write('logits.txt', '9 1\n5 1\n2 0\n-1 0\n');
    expect((await calibrate('--scores', 'logits.txt')).frame.threshold).toBe(5);
  });

  it('with perfect separation: the lowest live score, and a finite temperature that says so', async () => {
    await trained();
    write('separated.csv', 'score,label,logit\n1,1,2\n1,1,1\n0,0,-1\n0,0,-2\n');
    const { frame } = await calibrate('--scores', 'separated.csv', '--apcer', '0.5');
    expect(frame).toMatchObject({ threshold: -1, apcer: 0.5, calibration: { method: 'temperature', separated: true } });
    expect((await calibrate('--scores', 'separated.csv')).frame).toMatchObject({ threshold: 1, apcer: 0, bpcer: 0 });
    expect((frame.calibration as { temperature: number }).temperature).toBeGreaterThan(0);
  });

  it('with ten scores: a threshold with a wide interval, and a warning that 1 % cannot be seen', async () => {
    await trained();
    write('ten.txt', [0.9, 0.8, 0.7, 0.6, 0.3].map((x) => `${x} 1\n`).join('') + [0.5, 0.4, 0.35, 0.2, 0.1].map((x) => `${x} 0\n`).join(''));
    const { status, out, err } = await gradalign('calibrate', 'run', '--scores', 'ten.txt', '--apcer', '0.01', '--json');
    expect(status).toBe(0);
    expect(err).toContain('warning: APCER of at most 1 % is more than 5 attack images can show');
    const { frame } = JSON.parse(out) as Decision;
    expect(frame).toMatchObject({ apcer: 0, bpcer: 0.2, n: 10 });
    expect(frame.interval?.[0]).toBeLessThan(frame.interval?.[1] as number);
  });

  it('with scores the wrong way round there is a threshold and no temperature', async () => {
    await trained();
    write('reversed.txt', '-3 1\n-2 1\n2 0\n3 0\n');
    const { status, out, err } = await gradalign('calibrate', 'run', '--scores', 'reversed.txt', '--json');
    expect([status, err]).toEqual([0, expect.stringContaining('no calibrated probability for images: bona fide samples do not have higher scores')]);
    expect((JSON.parse(out) as Decision).frame.calibration).toHaveProperty('error');
  });

  it.each([
    ['one class', ['--scores', 'one.txt'], 1, 'Cannot choose a threshold on one.txt: all 2 samples are bona fide, expected attacks too'],
    ['no file', ['--scores', 'nowhere'], 2, 'Cannot read scores from nowhere: there is no such file'],
    ['a label of no known form', ['--scores', 'bad.txt'], 1, "bad.txt:2: label is '2'"],
    ['two operating points', ['--apcer', '0.1', '--eer'], 2, '--apcer and --eer are both there, expected one operating point'],
    ['a share above 1', ['--apcer', '5'], 2, "--apcer is '5', expected a number from 0 to 1"],
    ['a name that is a path', ['--name', '../x'], 2, "Cannot name the decision '../x'"],
    ['an empty name', ['--name', ''], 2, "Cannot name the decision ''"],
  ])('%s is refused, and what was stored stays', async (_, args, status, message) => {
    await trained();
    write('one.txt', '0.9 1\n0.8 1\n');
    write('bad.txt', '0.9 1\n0.8 2\n');
    const before = existsSync(join(folder, 'run/decisions.json')) ? read('run/decisions.json') : undefined;
    const finished = await gradalign('calibrate', 'run', ...args);
    expect(finished.err).toContain(message);
    expect(finished.status).toBe(status);
    expect(existsSync(join(folder, 'run/decisions.json')) ? read('run/decisions.json') : undefined).toBe(before);
  });

  it('a name such as __proto__ is a name or is refused, never a property of all objects', async () => {
    await trained();
    expect((await gradalign('calibrate', 'run', '--name', '__proto__')).status).toBe(2);
    await calibrate('--name', 'constructor');
    expect(Object.keys(JSON.parse(read('run/decisions.json')).decisions)).toContain('constructor');
    expect(({} as Record<string, unknown>)['frame']).toBeUndefined();
  });

  it('a damaged decisions.json is named and left alone', async () => {
    await trained();
    await calibrate();
    const good = read('run/decisions.json');
    const moved = good.replace(/"threshold": [^,]+/, '"threshold": 0.125');
    const unsealed = good.replace(/,\s*"sha256": "\w+"/, '');
    for (const bad of ['{', '{"format":1,"decisions":{"eer":{"frame":{"threshold":null}}}}', '[]', 'null', '{"format":1,"decisions":null}', moved, unsealed]) {
      write('run/decisions.json', bad);
      const { status, err } = await gradalign('calibrate', 'run');
      expect([status, err]).toEqual([
        1,
        expect.stringMatching(/Cannot read run.decisions\.json: (?!.*(Cannot read prop|Cannot convert)).*, expected the decisions of a run/),
      ]);
      expect(read('run/decisions.json')).toBe(bad);
      expect((await gradalign('predict', 'run', 'faces/b/test/live', '--decision', 'eer')).status).toBe(1);
    }
    write('run/decisions.json', good);
  });
});

describe('predict with a decision', () => {
  it('says live or attack, score, calibrated probability, threshold and how it was chosen', async () => {
    await trained();
    write('dev.csv', tenfold);
    const decision = await calibrate('--scores', 'dev.csv', '--apcer', '0.01', '--name', 'door');
    const { status, out, err } = await gradalign('predict', 'run', 'faces/b/test/live/s10_clip', '--decision', 'door', '--cropped');
    expect([status, err.match(/Cannot|bug|warning/)]).toEqual([0, null]);
    expect(out).toMatch(/f0\.jpg: score \d\.\d{4}, (live|attack), calibrated \d\.\d{4}, logit -?\d\.\d{4}\n/);
    expect(out).toMatch(
      /threshold 0\.8000 \[.*\]: decision 'door', at an APCER of at most 1 % \(worst species\) on dev\.csv; live when the logit >= threshold/,
    );
    const { predictions } = JSON.parse((await gradalign('predict', 'run', 'faces/b/test/live/s10_clip', '--decision', 'door', '--json')).out) as Predictions;
    const [{ score = 0, logit = 0, calibrated = 0, decision: said, threshold }] = predictions as [Predictions['predictions'][number]];
    expect(score).toBeCloseTo(1 / (1 + Math.exp(-12 * logit)), 12);
    const { temperature } = decision.frame.calibration as { temperature: number };
    expect(calibrated).toBeCloseTo(1 / (1 + Math.exp((-12 * logit) / temperature)), 12);
    expect([said, threshold]).toEqual([logit >= 0.8 ? 'live' : 'attack', 0.8]);
  });

  it('says in one line that the run has no crop convention, and --cropped silences it', async () => {
    await trained();
    const line =
      "the run's pictures were not made by gradalign data prepare: inputs are scored as they are, without looking for a face (--cropped if they are crops)";
    expect((await gradalign('predict', 'run', 'faces/b/test/live/s10_clip')).err).toContain(line);
    expect((await gradalign('predict', 'run', 'faces/b/test/live/s10_clip', '--cropped')).err).not.toContain('without looking');
  });

  it('has a word for a picture far smaller than the network sees, and scores the others', async () => {
    await trained();
    await writeTiny(join(folder, 'tiny.png'));
    const { status, out } = await gradalign('predict', 'run', 'tiny.png', 'faces/b/test/live/s10_clip/f0.jpg', '--cropped');
    expect(status).toBe(0);
    expect(out).toContain('tiny.png: score');
    expect(out).toContain('the picture is 3 x 3 pixels, far below the 16 x 16 that the network was trained on');
  });

  it('of other weights, or of no such name, is refused', async () => {
    await trained();
    await calibrate('--checkpoint', 'epoch-0004', '--name', 'early');
    expect(await gradalign('predict', 'run', 'faces', '--decision', 'early', '--cropped', '--quiet')).toMatchObject({ status: 0 });
    expect(await gradalign('predict', 'run', 'faces', '--decision', 'early', '--checkpoint', 'epoch-0008')).toMatchObject({
      status: 2,
      err: expect.stringContaining('it was made for raw weights at epoch-0004, and these are raw at epoch-0008'),
    });
    expect(await gradalign('predict', 'run', 'faces', '--decision', 'erly')).toMatchObject({
      status: 2,
      err: expect.stringContaining("did you mean 'early'?"),
    });
  });
});

describe('a run of an older version, whose thresholds are probabilities', () => {
  it('is evaluated and used by probabilities: nothing is mixed', async () => {
    await trained();
    const { cpSync } = await import('node:fs');
    cpSync(join(folder, 'run'), join(folder, 'old'), { recursive: true });
    rmSync(join(folder, 'old/decisions.json'), { force: true });
    const { preparation: _, sha256: __, ...rest } = results() as RunResults & { readonly sha256?: string };
    const threshold = (value: number) => ({ value, from: 'equal error point of the held-out source share (a)' });
    write('old/results.json', JSON.stringify({ ...rest, thresholds: { frame: threshold(0.5), video: threshold(0.5) } }));
    const evaluated = JSON.parse((await gradalign('evaluate', 'old', '--json')).out);
    expect(evaluated).toMatchObject({ scale: 'probability', deployable: { pooled: { frame: { threshold: 0.5 } } } });
    expect(evaluated.literature.pooled.frame.threshold).toBeGreaterThanOrEqual(0);
    const { out, err } = await gradalign('predict', 'old', 'faces/b/test/live/s10_clip', '--json');
    const { scale, predictions } = JSON.parse(out) as Predictions;
    expect(err).toContain('the run is of an older version');
    expect(scale).toBe('probability');
    for (const { score = 0, logit, decision } of predictions) expect([logit, decision]).toEqual([undefined, score >= 0.5 ? 'live' : 'attack']);
  });
});

async function writeTiny(path: string): Promise<void> {
  const { default: sharp } = await import('sharp');
  await writeGray(`${path}.large.png`, 100);
  await sharp(`${path}.large.png`).resize(3, 3).toFile(path);
}
