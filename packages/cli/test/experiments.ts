import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const plugins = 'plugins: ["@gradalign/optimizers", "@gradalign/models", "@gradalign/datasets", "@gradalign/fas-gac"]';

/** GAC on rotated digits, after an epoch of ERM: 3 epochs of 8 steps, without worker threads. `plugin` is loaded besides the bundled ones. */
export function digits(plugin?: string): string {
  return `${plugin === undefined ? plugins : plugins.replace(']', `, ${JSON.stringify(plugin)}]`)}
seed: 3
workers: 0
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
}

/** ERM on the faces of `writeFaces`, trained on domain a and tested on domain b: 8 epochs of one step, without worker threads. */
export const faces = `${plugins}
workers: 0
data:
  source: { a: { use: image-folder, root: faces } }
  target: { b: { use: image-folder, root: faces } }
  image: { size: 16 }
  holdOut: 0.3
  tolerate: 0.1
  augment: [flip]
  batch: { perDomain: 8 }
model: { use: tiny-cnn, width: 4, blocks: 2, head: cosine }
optimizer: { use: erm, base: { use: sgd, learningRate: 0.05 } }
train: { epochs: 8, evaluateEvery: 0, checkpointEvery: 4 }
`;

/**
 * Domains a and b of gray faces that nobody would mistake: bright is live, dark is an attack. 6 clips of 2 frames by split and label. Both have the same
 * pixels, in files of other bytes: what is trained on is not among what is tested.
 */
export async function writeFaces(root: string): Promise<void> {
  for (const domain of ['a', 'b']) {
    for (const split of ['train', 'test']) {
      for (const label of ['live', 'attack/print']) {
        for (let clip = 0; clip < 6; clip++) {
          const path = join(root, domain, split, label, `s${split === 'train' ? clip : clip + 10}_clip`);
          mkdirSync(path, { recursive: true });
          for (let frame = 0; frame < 2; frame++)
            await writeGray(join(path, `f${frame}.jpg`), (label === 'live' ? 200 : 60) + 5 * clip + frame, domain === 'a' ? 80 : 81);
        }
      }
    }
  }
}

/** An image of 40 x 48 of one gray level, 0 to 255. */
export async function writeGray(path: string, level: number, quality = 80): Promise<void> {
  const picture = sharp({ create: { width: 40, height: 48, channels: 3, background: { r: level, g: level, b: level } } });
  await (path.endsWith('.jpg') ? picture.jpeg({ quality }) : picture).toFile(path);
}
