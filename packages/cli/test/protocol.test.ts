import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gradalign as run } from './run-gradalign.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradalign protocols ø-'));
afterAll(() => rmSync(folder, { recursive: true }));

const gradalign = (...args: string[]) => run(folder, args);

const domains = `  domains:
    oulu-npu: { use: image-folder, root: data/oulu }
    casia: { use: image-folder, root: data/casia }
    replay: { use: image-folder, root: data/replay }
    msu: { use: image-folder, root: data/msu }
`;
const experiment = `plugins: ["@gradalign/optimizers", "@gradalign/models", "@gradalign/datasets"]
data:
  protocol: mi-to-c
${domains}  image: { size: 16 }
  batch: { perDomain: 4 }
model: { use: tiny-cnn, width: 4, blocks: 1 }
optimizer: erm
train: { epochs: 1, stepsPerEpoch: 2 }
`;

beforeAll(async () => {
  const jpeg = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer();
  for (const domain of ['oulu', 'casia', 'replay', 'msu']) {
    for (const split of ['train', 'test']) {
      for (const label of ['live', 'attack/print']) {
        for (let subject = 1; subject <= 3; subject++) {
          const clip = join(folder, 'data', domain, split, label, `s${subject}_${label.length}`);
          mkdirSync(clip, { recursive: true });
          writeFileSync(join(clip, '1.jpg'), jpeg);
        }
      }
    }
  }
  writeFileSync(join(folder, 'experiment.yaml'), experiment);
});

it('list and show explain each protocol, how published work uses it, and what is wrong with that', async () => {
  const list = await gradalign('protocol', 'list');
  expect(list.out).toMatch(/oci-to-m\s+oulu, casia, replay\s+msu\s+OULU-NPU, CASIA-FASD, Replay-Attack to MSU-MFSD/);
  expect(JSON.parse((await gradalign('protocol', 'list', '--json')).out)).toHaveLength(21);
  const { out } = await gradalign('protocol', 'show', 'ico-to-m');
  expect(out).toContain('oci-to-m: OULU-NPU, CASIA-FASD, Replay-Attack to MSU-MFSD');
  expect(out).toContain('trained on  oulu (or oulu-npu, O), casia (or casia-fasd, casia-mfsd, C), replay (or replay-attack, idiap, I); split train');
  expect(out).toMatch(/How published work uses it[\s\S]*Criticism[\s\S]*clips: train-test \| train-dev \| without-dev \| all-clips \| all/);
  expect(await gradalign('protocol', 'show', 'oci-to-n')).toMatchObject({ status: 2, err: expect.stringContaining("did you mean 'oci-to-m'?") });
  expect((await gradalign('list', '--kind', 'protocol')).out).toContain('cs-to-w');
});

it('count counts, show shows the resolved experiment, a word changes the protocol, an extended recipe brings its own', async () => {
  expect(JSON.parse((await gradalign('protocol', 'count', 'experiment.yaml', '--set', 'data.protocol=oci-to-m', '--json')).out)).toMatchObject({
    name: 'oci-to-m',
    sources: ['oulu-npu', 'casia', 'replay'],
    training: { 'oulu-npu': { clips: { train: { live: 2, attack: 2 } }, subjects: 2 } },
    heldOut: { 'oulu-npu': { clips: { train: { live: 1, attack: 1 } }, subjects: 1 } },
    test: { msu: { clips: { test: { live: 3, attack: 3 } }, subjects: 3 } },
    checks: { heldOutDisjoint: true, targetsDisjoint: true },
  });
  expect(await gradalign('protocol', 'count', 'experiment.yaml')).toMatchObject({
    status: 0,
    out: expect.stringContaining('protocol mi-to-c: msu, replay (train) -> casia'),
  });
  const recipe = fileURLToPath(new URL('../../fas-gac/recipes/ocm-to-i.yaml', import.meta.url));
  writeFileSync(join(folder, 'recipe.yaml'), `extends: ${JSON.stringify(recipe)}\ndata:\n${domains}`);
  expect(JSON.parse((await gradalign('show', 'recipe.yaml', '--json')).out).data).toMatchObject({
    follows: 'ocm-to-i',
    source: { 'oulu-npu': {}, casia: {}, msu: {} },
    target: { replay: { use: 'image-folder', root: join(folder, 'data/replay') } },
  });
  expect(await gradalign('validate', 'experiment.yaml', '--set', 'data.protocol=mi-to-x')).toMatchObject({
    status: 2,
    err: expect.stringContaining("--set data.protocol=mi-to-x:1:1 data.protocol: there is no protocol 'mi-to-x'"),
  });
});

it('a study goes over protocols, and every run records its protocol and its clips', async () => {
  writeFileSync(join(folder, 'study.yaml'), 'experiment: experiment.yaml\nprotocols: [mi-to-c, c-to-i]\nmethods: { erm: {} }\nseeds: [0]\noutput: study\n');
  const first = await gradalign('compare', 'study.yaml', '--set', 'workers=0', '--json');
  expect([first.status, first.err.match(/Cannot|bug/)]).toEqual([0, null]);
  expect(first.err).toContain('protocol mi-to-c: msu, replay (train) -> casia (test)');
  const { by, rows, runs } = JSON.parse(first.out);
  expect([by, rows.map(({ target }: { target: string }) => target)]).toEqual(['protocol', ['mi-to-c', 'c-to-i', 'mean']]);
  expect(JSON.parse(readFileSync(join(runs[1].folder, 'results.json'), 'utf8')).protocol).toMatchObject({
    name: 'c-to-i',
    training: { casia: { clips: { train: { live: 2, attack: 2 } } } },
    test: { replay: { clips: { test: { live: 3, attack: 3 } } } },
  });
  writeFileSync(join(folder, 'bad-study.yaml'), 'experiment: experiment.yaml\nprotocols: [mi-to-c]\nleaveOut: [msu]\nmethods: { erm: {} }\n');
  expect(await gradalign('compare', 'bad-study.yaml')).toMatchObject({
    status: 2,
    err: expect.stringContaining("bad-study.yaml:3:1 leaveOut: 'protocols' is set too, expected either 'protocols' or 'leaveOut'"),
  });
});
