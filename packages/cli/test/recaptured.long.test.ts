import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { scratchFolder } from '../../datasets/test/prepare-videos.ts';
import { renderedFace } from '../../datasets/test/rendered-face.ts';
import { type Finished, gradalign, gradalignProcess } from './run-gradalign.ts';

const folder = scratchFolder();

beforeAll(async () => {
  for (let person = 0; person < 8; person++) {
    const { data, width, height, channels } = renderedFace(person, 32);
    const path = join(folder, person < 6 ? 'faces' : 'others', `p${person}_1`);
    await mkdir(path, { recursive: true });
    await sharp(data, { raw: { width, height, channels } }).toFile(join(path, '0.png'));
  }
  writeFileSync(
    join(folder, 'experiment.yaml'),
    `plugins: ["@gradalign/optimizers", "@gradalign/models", "@gradalign/datasets", "@gradalign/fas-gac"]
seed: 5
data:
  source: { faces: { use: recaptured, root: faces, side: 32 } }
  target: { others: { use: recaptured, root: others, split: test, side: 32 } }
  image: { size: 16 }
  batch: { perDomain: 6 }
model: { use: tiny-cnn, width: 4, blocks: 2, head: linear }
losses: [domain-bce]
optimizer: { use: erm, base: { use: sgd, learningRate: 0.05 } }
train: { epochs: 2 }
`,
  );
});

const args = ['train', 'experiment.yaml', '--output'];
const env = { GRADALIGN_ENGINE: 'wasm' };

/** The results of a run without its times: the losses of its steps, and its score files. */
function resultsOf(output: string, { status, err }: Finished) {
  expect(status, err).toBe(0);
  const lines = readFileSync(join(folder, output, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const events = lines.map((line) => JSON.parse(line) as { readonly event: string; readonly losses?: { readonly total: number } });
  const scores = readdirSync(join(folder, output, 'scores')).map((name) => readFileSync(join(folder, output, 'scores', name), 'utf8'));
  return { losses: events.filter(({ event }) => event === 'step').map(({ losses }) => losses?.total), scores };
}

test('live faces alone are enough to train on: six steps on prints and replays of six people, finite, and the same in another process with a worker thread', async () => {
  const one = resultsOf('one', await gradalign(folder, [...args, 'one', '--set', 'workers=0'], { env }));
  expect(one.losses).toHaveLength(6);
  expect(one.losses.every(Number.isFinite)).toBe(true);
  // Both people of the target, live, printed and replayed.
  const target = one.scores.find((table) => table.includes('p6_1')) ?? '';
  const rows = target.trim().split('\n').slice(1);
  expect(rows).toHaveLength(6);
  expect(rows.filter((row) => row.includes('print/synthetic'))).toHaveLength(2);
  expect(resultsOf('other', gradalignProcess(folder, [...args, 'other', '--set', 'workers=1'], env))).toEqual(one);
});
