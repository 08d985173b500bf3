import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digits } from './experiments.ts';
import { gradalignArguments, gradalignProcess, gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign usage é-'));
afterAll(() => rmSync(folder, { recursive: true }));
const gradalign = (...args: string[]) => run(folder, args);

beforeAll(() => {
  writeFileSync(join(folder, 'digits.yaml'), digits());
});

/** The help of a command and of all commands below it, as [command, help]. */
async function helpOf(...command: string[]): Promise<(readonly [string, string])[]> {
  const { status, out, err } = await gradalign(...command, '--help');
  expect([status, err]).toEqual([0, '']);
  const [, list = ''] = out.split('\nCommands:\n');
  const names = [...(list.split('\n\n')[0] ?? '').matchAll(/^ {2}(\S+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
  const below: (readonly [string, string])[] = [];
  for (const name of names) below.push(...(await helpOf(...command, name)));
  return [[['gradalign', ...command].join(' '), out], ...below];
}

describe('help', () => {
  it('of each command has a description, an example of that command, and no line over 120 characters', async () => {
    const all = await helpOf();
    expect(all.length).toBeGreaterThan(30);
    for (const [command, help] of all) {
      const [usage = '', empty, description = ''] = help.split('\n');
      expect([usage.startsWith(`Usage: ${command} `), empty, /^[A-Z]\w+s\b.{20}/.test(description)], help).toEqual([true, '', true]);
      expect(help, command).toMatch(new RegExp(`\\nExamples?:\\s+${command}\\b`));
      expect(help.split('\n').filter((line) => line.length > 120)).toEqual([]);
    }
  });

  it('lists every command with a summary of one line', async () => {
    const { out } = await gradalign('--help');
    expect(out).toMatch(/^ {2}train +train the model of an experiment$/m);
    expect(out).toMatch(/^ {2}engine +install and check TensorFlow$/m);
    expect(out).toContain('Exit codes: 0 success, 1 failed, 2 wrong usage or configuration, 130 interrupted.\n');
  });

  it('names every value that an option with a few values takes', async () => {
    const { kinds } = await import('@gradalign/core');
    const { benchmarkSizes, cropConventions, faceModes } = await import('@gradalign/datasets');
    for (const [command, option, values] of [
      [['list'], '--kind', kinds],
      [['data', 'prepare'], '--faces', faceModes],
      [['data', 'prepare'], '--crop', cropConventions.map(({ name }) => name)],
      [['data', 'synthesize'], '--size', Object.keys(benchmarkSizes)],
    ] as const) {
      const { out } = await gradalign(...command, '--help');
      // From the option's line to the next option's.
      const [text = ''] = out.slice(out.indexOf(`  ${option} `)).split(/\n {2}-/);
      for (const value of values) expect(text, option).toMatch(new RegExp(`\\b${value}\\b`));
    }
  });

  it('is printed for no arguments, with exit code 2', async () => {
    expect(await gradalign()).toMatchObject({ status: 2, out: (await gradalign('--help')).out });
  });

  it('ends without an error when the reader of a pipe stops reading', () => {
    // The reader ends before the command has begun to write.
    const command = [process.execPath, ...gradalignArguments, 'data', 'prepare', '--help'].map((part) => `'${part}'`).join(' ');
    const { status, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', `${command} | true`], { cwd: folder, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('wrong usage', () => {
  it('ends the process with 2, a suggestion and no stack trace', () => {
    expect(gradalignProcess(folder, ['trian'])).toEqual({
      status: 2,
      out: '',
      err: "error: unknown command 'trian'\n(Did you mean train?)\n(add --help to see usage)\n",
    });
  });

  it.each([
    [['train', 'digits.yaml', '--ouput', 'x'], "error: unknown option '--ouput'\n(Did you mean --output?)\n(add --help to see usage)\n"],
    [['train'], 'Cannot train: no experiment is given, expected a YAML file or --resume <run folder>\n'],
    [['train', 'nowhere.yaml'], 'Cannot read nowhere.yaml: there is no such file, expected a YAML file\n'],
    [['evaluate'], 'Cannot evaluate: there is neither a run nor --scores <file>, expected the folder of a run, or a file of scores\n'],
    [['sharpness', 'runs/x', '--batch-norm', 'bach'], "Cannot measure sharpness: --batch-norm is 'bach', expected batch or running; did you mean 'batch'?\n"],
    [['sharpness', 'runs/x', '--samples', '2.5'], "Cannot measure sharpness: --samples is '2.5', expected a whole number >= 1\n"],
    [['data', 'inspect'], 'Cannot inspect: no data set is given, expected an experiment, a folder, or --use <adapter> --root <folder>\n'],
    [['data', 'inspect', 'nowhere'], 'Cannot inspect nowhere: it does not exist, expected an experiment or a folder\n'],
    [['data', 'synthesize', '-o', 'x', '--size', 'smal'], "Cannot synthesize: --size is 'smal', expected small or default; did you mean 'small'?\n"],
    [['data', 'synthesize', '-o', 'x', '--kind', 'print'], 'Cannot synthesize: --kind is given without --from, expected --from <folder of live faces>\n'],
    [
      ['data', 'synthesize', '-o', 'x', '--from', 'y', '--kind', 'prnt'],
      "Cannot synthesize: --kind is 'prnt', expected print, replay or both; did you mean 'print'?\n",
    ],
    [['data', 'prepare', 'y', '-o', 'x', '--format', 'jpg'], "Cannot prepare: --format is 'jpg', expected jpeg or png; did you mean 'jpeg'?\n"],
    [['data', 'prepare', 'y', '-o', 'x', '--min-score', '2'], "Cannot prepare: --min-score is '2', expected a number from 0 to 1\n"],
    [['list', '--kind', 'optimzer'], expect.stringMatching(/^Cannot list kind 'optimzer': .*; did you mean 'optimizer'\?\n$/)],
  ])('%j ends with 2 and says what was expected', async (args, err) => {
    expect(await gradalign(...args)).toEqual({ status: 2, out: '', err });
  });
});

describe('configuration', () => {
  it('validate reports every problem with its place, exit code 2', async () => {
    writeFileSync(join(folder, 'wrong.yaml'), digits().replace('use: gac', 'use: gacc').replace('perDomain: 12', 'perDomain: none'));
    const { status, err } = await gradalign('validate', 'wrong.yaml');
    expect(status).toBe(2);
    expect(err).toContain("wrong.yaml:14:19 optimizer.use: there is no optimizer 'gacc'");
    expect(err).toContain("did you mean 'gac'?");
    expect(err).toContain('wrong.yaml:11:23 data.batch.perDomain: found text "none", expected a whole number');
    expect(err).not.toContain('    at ');
    expect(await gradalign('validate', 'digits.yaml')).toEqual({ status: 0, out: 'digits.yaml: valid\n', err: '' });
  });

  it('validate --json prints the problems of all files as one document', async () => {
    writeFileSync(join(folder, 'misspelt.yaml'), digits().replace('use: gac', 'use: gacc'));
    const { status, out, err } = await gradalign('validate', 'digits.yaml', 'misspelt.yaml', '--json');
    expect([status, err]).toEqual([2, '']);
    expect(JSON.parse(out)).toMatchObject({ valid: false, problems: [{ file: 'misspelt.yaml', line: 14, column: 19, path: 'optimizer.use' }] });
  });

  it('show prints an experiment that shows itself again', async () => {
    const { out } = await gradalign('show', 'digits.yaml', '--set', 'seed=9');
    expect(out).toContain('seed: 9');
    writeFileSync(join(folder, 'shown.yaml'), out);
    expect((await gradalign('show', 'shown.yaml')).out).toBe(out);
  });

  it('list shows what GAC costs and suggests names; schema is draft-07', async () => {
    expect((await gradalign('list', 'gac')).out).toContain(
      'one step over k domains, forward passes: k + 1; backward passes: 2k + 1; copies of the weights: k + 3\n',
    );
    const { out } = await gradalign('list', '--kind', 'optimizer');
    expect(out).toMatch(/^optimizer:\n {2}\S/);
    // Each with its cost and its paper.
    expect(out).toMatch(
      / {2}sam-by-domain .*\n +one step over k domains, forward passes: k \+ 1; backward passes: 2k \+ 1; .*\n +Foret et al\., .*arXiv 2010\.01412/,
    );
    for (const [name, paper] of Object.entries({ 'friendly-sam': '2403.12350', vrex: '2003.00688', groupdro: '1911.08731', gsam: '2203.08065' }))
      expect(out, name).toMatch(new RegExp(` {2}${name} .*\\n +one step .*\\n .*arXiv ${paper}`));
    expect(JSON.parse((await gradalign('schema')).out)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' });
    expect(await gradalign('list', 'gacc')).toMatchObject({ status: 2, err: expect.stringContaining("did you mean 'gac'?") });
  });

  it.each(['oci-to-m', 'omi-to-c', 'ocm-to-i', 'icm-to-o'])('the published recipe %s is a valid experiment once it has data', async (recipe) => {
    const url = new URL(`../../fas-gac/recipes/${recipe}.yaml`, import.meta.url);
    const file = `${recipe}.yaml`;
    writeFileSync(join(folder, file), `extends: ${JSON.stringify(fileURLToPath(url))}\ndata: { source: { x: { use: image-folder, root: x } } }\n`);
    const { status, out, err } = await gradalign('show', file, '--json');
    expect([status, err]).toEqual([0, expect.stringMatching(/^[^\n]*resnet18 starts from random weights[^\n]*\n$/)]);
    expect(JSON.parse(out)).toMatchObject({ optimizer: { use: 'gac', rho: 0.1, alpha: 2e-4 }, train: { freeze: { '!head/**': 1 } }, data: { views: 2 } });
  });
});
