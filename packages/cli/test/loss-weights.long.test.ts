import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSafetensors } from '@gradalign/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { digits } from './experiments.ts';
import { once } from './once.ts';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign loss weights-'));
beforeAll(() => void vi.stubEnv('XDG_STATE_HOME', join(folder, 'state')));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
const gradalign = (...args: string[]) => run(folder, args);

/** Two epochs of 4 steps, the second of GAC, with a discriminator of one layer, its weights averaged beside the network's. */
const experiment = digits()
  .replaceAll('limit: 120', 'limit: 40')
  .replace('perDomain: 12', 'perDomain: 6')
  .replace('epochs: 3, evaluateEvery: 2', 'epochs: 2, evaluateEvery: 0')
  .replace('losses: [cross-entropy]', 'losses: [cross-entropy, { use: domain-adversarial, hidden: [], weight: 0.5 }]')
  .replace('train: {', 'callbacks: [ema]\ntrain: {');
beforeAll(() => writeFileSync(join(folder, 'adversarial.yaml'), experiment));

const trained = once(() => gradalign('train', 'adversarial.yaml', '-o', 'runs/trained', '--json'));
const own = ['losses:domain-adversarial/output/bias', 'losses:domain-adversarial/output/kernel'];
const last = (name: string, file: string) => readFileSync(join(folder, `runs/${name}/checkpoints/epoch-0002/${file}`));
const tensors = (name: string, file: string) => decodeSafetensors(last(name, file), file).tensors;
const ofLosses = (name: string) =>
  Object.fromEntries(Object.entries(tensors(name, 'state.safetensors')).flatMap(([key, { data }]) => (own.includes(key) ? [[key, [...data]]] : [])));

describe('a loss that owns weights', () => {
  it('is trained by the base rule with momentum, saved with the state and averaged, and the file of the model is the model alone', async () => {
    const { status, err } = await trained();
    expect(status, err).toBe(0);
    const state = Object.keys(tensors('trained', 'state.safetensors'));
    expect(state.filter((key) => key.includes('domain-adversarial')).sort()).toEqual([
      'callback0:mean/losses/domain-adversarial/output/bias',
      'callback0:mean/losses/domain-adversarial/output/kernel',
      ...own,
      'updateRule:momentum/losses/domain-adversarial/output/bias',
      'updateRule:momentum/losses/domain-adversarial/output/kernel',
    ]);
    expect(Object.keys(tensors('trained', 'model.safetensors')).filter((name) => name.includes('domain-adversarial'))).toEqual([]);
    // The biases begin at 0.
    expect(ofLosses('trained')['losses:domain-adversarial/output/bias']?.every((value) => value !== 0)).toBe(true);
  });

  it('interrupted at step 1 of 8 and resumed, ends with the same bytes of weights and state', async () => {
    await trained();
    const interrupted = await run(folder, ['train', 'adversarial.yaml', '-o', 'runs/resumed'], { interruptAt: /training 1\/8/ });
    expect(interrupted.status, interrupted.err).toBe(130);
    expect(await gradalign('train', '--resume', 'runs/resumed')).toMatchObject({ status: 0 });
    for (const file of ['model.safetensors', 'state.safetensors']) expect(last('resumed', file).equals(last('trained', file)), file).toBe(true);
  });

  it('is not needed to evaluate a run, its averages, or to export or load its weights', async () => {
    await trained();
    for (const args of [
      ['evaluate', 'runs/trained'],
      ['evaluate', 'runs/trained', '--weights', 'ema'],
    ])
      expect(await gradalign(...args), args.join(' ')).toMatchObject({ status: 0 });
    const offered = decodeSafetensors(readFileSync(join(folder, 'runs/trained/weights/ema/model.safetensors')), 'ema').tensors;
    expect(Object.keys(offered).sort()).toEqual(Object.keys(tensors('trained', 'model.safetensors')).sort());
    const exported = await gradalign('weights', 'export', 'runs/trained', '-o', 'exported.safetensors', '--json');
    expect(exported.status, exported.err).toBe(0);
    expect(exported.out).not.toContain('losses');
  });

  it('is frozen and slowed by patterns of names, and is part of what makes a run', async () => {
    const settings = ['callbacks=[]', 'optimizer={use: erm, base: {use: sgd, learningRate: 0.05}}', 'losses.1.hidden=[2]'];
    const patterns = ['train.freeze={"losses/*/hidden1/**": 3}', 'optimizer.base.scale={"losses/domain-adversarial/output/**": 0}'];
    const args = [...settings, ...patterns].flatMap((setting) => ['--set', setting]);
    expect(await gradalign('train', 'adversarial.yaml', '-o', 'runs/slow', ...args)).toMatchObject({ status: 0 });
    const state = tensors('slow', 'state.safetensors');
    for (const layer of ['hidden1', 'output']) expect([...(state[`losses:domain-adversarial/${layer}/bias`]?.data ?? [])], layer).toEqual([0, 0]);
    const other = await gradalign('train', '--resume', 'runs/slow', '--set', 'losses.1.reversal=2');
    expect([other.status, other.err]).toEqual([2, expect.stringContaining('losses[1].reversal is 2 and was 1')]);
  });

  it('extended by an epoch, says that the ramp makes it another run', async () => {
    await trained();
    cpSync(join(folder, 'runs/trained'), join(folder, 'runs/longer'), { recursive: true });
    const { status, err } = await gradalign('train', '--resume', 'runs/longer', '--set', 'train.epochs=3');
    expect(status, err).toBe(0);
    expect(err).toContain("not the same as a run of 3 from the start, since loss 'domain-adversarial' went by the share of the run");
    expect(readdirSync(join(folder, 'runs/longer/checkpoints'))).toContain('epoch-0003');
  });

  it('with one source domain is refused before the first step', async () => {
    const one = experiment.replace(/ {4}turned: .*\n/, '');
    writeFileSync(join(folder, 'one.yaml'), one);
    const { status, err } = await gradalign('train', 'one.yaml', '-o', 'runs/one');
    expect([status, err]).toEqual([
      2,
      expect.stringContaining("Cannot use loss 'domain-adversarial': there is one source domain (upright), expected at least 2"),
    ]);
  });
});
