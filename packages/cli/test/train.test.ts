import { spawn } from 'node:child_process';
import { once as event } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LossLandscape, RunSharpness } from '@gradalign/core/sharpness';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { digits } from './experiments.ts';
import { once } from './once.ts';
import { gradalignArguments, gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign train é-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);

beforeAll(() => {
  writeFileSync(join(folder, 'digits.yaml'), digits());
});

/** 8 steps of ERM and 16 of GAC in runs/trained, images by two worker threads. */
const trained = once(() => gradalign('train', 'digits.yaml', '-o', 'runs/trained', '--set', 'workers=2', '--json'));

describe('train', () => {
  it('writes a run folder, and refuses to overwrite it', async () => {
    const { status, out, err } = await trained();
    expect([status, err.match(/bug/)]).toEqual([0, null]);
    const results = JSON.parse(out);
    expect(results.steps).toEqual({ erm: 8, gac: 16 });
    expect(results.evaluation.figures.pooled.video.figures.accuracy).toBeGreaterThan(0);
    expect(readdirSync(results.folder).sort()).toEqual([
      'checkpoints',
      'data.json.gz',
      'environment.json',
      'experiment.yaml',
      'history.jsonl',
      'log.jsonl',
      'results.json',
      'scores',
    ]);
    const log = readFileSync(join(results.folder, 'log.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(log.filter((line) => line.event === 'step')).toHaveLength(24);
    expect(await gradalign('train', 'digits.yaml', '-o', 'runs/trained')).toMatchObject({
      status: 2,
      err: expect.stringContaining('it holds a finished run, expected a folder without one'),
    });
  });

  it('of 0 epochs evaluates the initial weights: two runs have the same scores and no step, and no method is missed', async () => {
    for (const name of ['as-is', 'again']) {
      const { status, out, err } = await gradalign('train', 'digits.yaml', '-o', `runs/${name}`, '--set', 'train.epochs=0', '--json');
      expect(status).toBe(0);
      expect(err).not.toMatch(/no step/i);
      expect(JSON.parse(out)).toMatchObject({ epochs: 0, steps: {} });
    }
    const scores = (name: string) =>
      readdirSync(join(folder, `runs/${name}/scores`)).map((file) => readFileSync(join(folder, `runs/${name}/scores/${file}`), 'utf8'));
    expect(scores('again')).toEqual(scores('as-is'));
  });

  it('interrupted at step 17 of 24 and resumed with another number of workers, it ends with the same weights, bit for bit', async () => {
    const interrupted = await run(folder, ['train', 'digits.yaml', '-o', 'runs/resumed', '--set', 'workers=1'], { interruptAt: /training 17\/24/ });
    expect(interrupted.status).toBe(130);
    expect(interrupted.err).toContain('warning: finishing this step, then saving (interrupt again to stop immediately)\n');
    expect(interrupted.err).toMatch(/warning: interrupted at epoch 2, step 1; resume with: gradalign train --resume ".*resumed"\n$/);
    expect(await gradalign('train', '--resume', 'runs/resumed', '--set', 'workers=0')).toMatchObject({ status: 0 });
    await trained();
    const weights = (name: string) => readFileSync(join(folder, `runs/${name}/checkpoints/epoch-0003/model.safetensors`));
    expect(weights('resumed').equals(weights('trained'))).toBe(true);
  });

  it('logs the cosines between the gradients of the domains with train.cosinesEvery, and ends with the same weights, bit for bit', async () => {
    await trained();
    expect(await gradalign('train', 'digits.yaml', '-o', 'runs/cosines', '--set', 'train.cosinesEvery=6')).toMatchObject({ status: 0 });
    const logged = readFileSync(join(folder, 'runs/cosines/log.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ cosines }) => cosines);
    // Steps 0 and 6 are warm-up.
    expect(logged.map(({ step, cosines }) => [step, cosines.map(({ at }: { at: string }) => at)])).toEqual([
      [0, ['weights']],
      [6, ['weights']],
      [12, ['weights', 'ascending points']],
      [18, ['weights', 'ascending points']],
    ]);
    for (const { domains, cosine } of logged.flatMap(({ cosines }) => cosines)) {
      expect(domains).toEqual(['upright', 'turned']);
      expect(Math.abs(cosine)).toBeLessThanOrEqual(1);
    }
    const weights = (name: string) => readFileSync(join(folder, `runs/${name}/checkpoints/epoch-0003/model.safetensors`));
    expect(weights('cosines').equals(weights('trained'))).toBe(true);
    expect(readFileSync(join(folder, 'runs/trained/experiment.yaml'), 'utf8')).not.toContain('cosinesEvery');
  });

  it('SIGINT ends the process with 130 after the step, with a checkpoint to resume from', async () => {
    const args = ['train', 'digits.yaml', '-o', 'runs/signal', '--set', 'train.epochs=2000'];
    const child = spawn(process.execPath, [...gradalignArguments, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    let sent = false;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
      if (!sent && /training \d/.test(err)) sent = child.kill('SIGINT');
    });
    expect(await event(child, 'close')).toEqual([130, null]);
    expect(err).toMatch(/warning: interrupted at epoch \d+, step \d+; resume with: gradalign train --resume/);
    expect(readdirSync(join(folder, 'runs/signal/checkpoints'))).toHaveLength(1);
  });

  it('warns about a run that never leaves its warm-up', async () => {
    const { status, err } = await gradalign('train', 'digits.yaml', '-o', 'runs/warm', '--set', 'train.epochs=1', '--quiet');
    expect(status).toBe(0);
    expect(err).toContain("NO STEP OF 'gac' WAS TAKEN");
  });

  it('stops at a loss that is not a number and says where', async () => {
    const { status, err } = await gradalign('train', 'digits.yaml', '-o', 'runs/nan', '--set', 'optimizer={use: erm, base: {use: sgd, learningRate: 1e30}}');
    expect(status).toBe(1);
    expect(err).toMatch(/at step \d+ \(epoch \d\) the risk of domain '\w+' is (NaN|Infinity)|holds values that are not finite/);
  });

  it('trains with the plugin of the example, from its own folder, once it is trusted', async () => {
    vi.stubEnv('XDG_STATE_HOME', join(folder, 'state'));
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const { href, pathname } = new URL('../../../examples/custom-optimizer/extragradient.js', import.meta.url);
    writeFileSync(join(folder, 'custom.yaml'), digits(href).replace(/optimizer: .*/, 'optimizer: { use: extragradient, lookahead: 0.05 }'));
    const { status, out, err } = await gradalign('train', 'custom.yaml', '-o', 'runs/custom', '--json', '--set', 'train.epochs=1', '--trust', pathname);
    expect([status, err.match(/Cannot|bug/)]).toEqual([0, null]);
    expect(JSON.parse(out).steps).toEqual({ extragradient: 8 });
  });
});

describe('sharpness', () => {
  it('measures every domain, the same figures each time, and refuses a distance of 0', async () => {
    await trained();
    const options = ['sharpness', 'runs/trained', '--samples', '10', '--directions', '2'];
    const { status, out, err } = await gradalign(...options, '--json');
    expect(status, err).toBe(0);
    const { domains, rho } = JSON.parse(out) as RunSharpness;
    expect(rho).toBe(0.1);
    expect(Object.entries(domains).map(([name, { role, samples }]) => [name, role, samples])).toEqual([
      ['upright', 'source', 10],
      ['turned', 'source', 10],
      ['far', 'target', 10],
    ]);
    for (const { loss, adversarial, eigenvalue } of Object.values(domains)) {
      expect(adversarial).toBeGreaterThan(loss);
      expect(eigenvalue.value).toBeGreaterThan(0);
    }
    const text = (await gradalign(...options)).out;
    for (const [name, { role, loss, eigenvalue }] of Object.entries(domains))
      expect(text).toMatch(new RegExp(`^ {2}${name} +${role} +10 +${loss.toPrecision(4)} +${eigenvalue.value.toPrecision(4)} `, 'm'));
    expect(await gradalign('sharpness', 'runs/trained', '--rho', '0')).toMatchObject({
      status: 2,
      err: "Cannot measure sharpness: --rho is '0', expected a number > 0\n",
    });
    expect(await gradalign('sharpness', 'nowhere')).toMatchObject({ status: 2, err: expect.stringContaining('it holds no experiment.yaml') });
  });
});

describe('landscape', () => {
  it('interrupted after the first point and started again, gives the same file as in one go, and refuses other settings', async () => {
    await trained();
    const args = ['landscape', 'runs/trained', '--samples', '10', '--points', '3'];
    const interrupted = await run(folder, args, { interruptAt: /landscape 1\/9/ });
    expect(interrupted.status, interrupted.err).toBe(130);
    expect(interrupted.err).toMatch(/warning: interrupted after \d+ of 9 points; the same command continues\n/);
    const file = join(folder, 'runs/trained/landscape.json');
    expect(JSON.parse(readFileSync(file, 'utf8')).measured).toBeLessThan(9);
    expect(await gradalign(...args)).toMatchObject({ status: 0 });
    const whole = await gradalign(...args, '-o', 'whole.json', '--json');
    expect(whole.status, whole.err).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(readFileSync(join(folder, 'whole.json'), 'utf8'));
    const { domains } = JSON.parse(whole.out) as LossLandscape;
    const sharpness = JSON.parse((await gradalign('sharpness', 'runs/trained', '--samples', '10', '--directions', '1', '--json')).out) as RunSharpness;
    for (const [name, { losses }] of Object.entries(domains)) {
      expect(losses).toHaveLength(9);
      expect(losses[4]).toBe(sharpness.domains[name]?.loss);
    }
    const before = readFileSync(file, 'utf8');
    expect(await gradalign('landscape', 'runs/trained', '--samples', '10', '--points', '5')).toMatchObject({
      status: 2,
      err: expect.stringContaining('it was measured with points 3, expected 5; delete it, or name another with -o'),
    });
    expect(await gradalign(...args, '-o', 'digits.yaml')).toMatchObject({ status: 2, err: expect.stringContaining('it is another file') });
    expect(await gradalign(...args, '-o', 'nowhere/landscape.json')).toMatchObject({ status: 2, err: expect.stringContaining('there is no folder') });
    expect(await gradalign('landscape', 'runs/trained', '--points', '4')).toMatchObject({ status: 2, err: expect.stringContaining('an odd number') });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

describe('compare', () => {
  it('runs what is missing, reuses what is finished, and prints a table', async () => {
    writeFileSync(
      join(folder, 'study.yaml'),
      'experiment: digits.yaml\nleaveOut: [turned]\nmethods: { erm: { optimizer: { use: erm } }, sam: { optimizer: { use: sam } } }\nseeds: [0]\noutput: study\n',
    );
    const first = await gradalign('compare', 'study.yaml', '--set', 'train.epochs=1');
    expect(first.status).toBe(0);
    expect(first.out).toMatch(/^ {2}left out +method +seeds +accuracy +time +steps\n {2}turned +erm +1 .*\n {2}turned +sam +1 .*\n/);
    const second = await gradalign('compare', 'study.yaml', '--set', 'train.epochs=1', '--json');
    expect(JSON.parse(second.out).runs.map(({ reused }: { reused: boolean }) => reused)).toEqual([true, true]);
  });

  it('refuses a study with an unknown key, at its place', async () => {
    writeFileSync(join(folder, 'bad-study.yaml'), 'experiment: digits.yaml\nleaveOut: [truned]\nmethod: 1\n');
    expect(await gradalign('compare', 'bad-study.yaml')).toMatchObject({
      status: 2,
      err: expect.stringContaining("bad-study.yaml:3:1 method: 'method' is not known here"),
    });
  });
});
