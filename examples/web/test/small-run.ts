import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { synthesizeAttacks, synthesizeBenchmark } from '@gradalign/datasets';
import sharp from 'sharp';

/** A run on rendered faces, and what it was trained on. */
export interface SmallRun {
  readonly run: string;
  /** Paths of videos, 640 x 480 with one face in the middle: 12 frames in 1.2 seconds. */
  readonly clips: { readonly live: string; readonly print: string; readonly replay: string };
}

const gradalignBin = fileURLToPath(new URL('../../../packages/cli/bin/gradalign.js', import.meta.url));
const conditions = ['--conditions=@gradalign/source', '--import', import.meta.resolve('tsx')];

/** Runs the real command from the source of this tree. @throws Error with what it printed, where it fails */
export function gradalign(folder: string, ...args: readonly string[]): string {
  return execute(process.execPath, [...conditions, gradalignBin, ...args], folder);
}

function execute(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0)
    throw new Error(`Cannot run ${program} ${args.slice(-8).join(' ')}: status ${status}, expected 0\n${error?.message ?? ''}${stdout}${stderr}`);
  return stdout;
}

/** People of the benchmark whose rendered faces the detector takes for faces: it was made for photographs. */
const people = { webcam: ['002', '005', '006'], phone: ['007', '008', '009', '010', '011', '012'] } as const;

/** Recaptured close and sharp, so that the detector finds the face in the attack too. */
const close = {
  ...{ resolution: [1, 1], defocus: [0, 0.3], shake: [0, 1], shotNoise: [0.005, 0.01], bytesPerPixel: [1, 1.2] },
  ...{ zoom: [1, 1.1], turn: [-0.1, 0.1], lean: [-0.1, 0.1], bend: [-0.02, 0.02] },
  ...{ equalizing: [0, 0], contrast: [0.2, 0.24], halftone: [0.2, 0.4], period: [2, 3] },
};

const experiment = `plugins: ["@gradalign/optimizers", "@gradalign/models", "@gradalign/datasets", "@gradalign/fas-gac"]
seed: 2
workers: 0
data:
  source: { webcam: { use: manifest, root: crops }, phone: { use: manifest, root: crops } }
  image: { size: 96 }
  holdOut: 0.3
  tolerate: 0.9
  augment: [flip]
  batch: { perDomain: 8 }
model: { use: tiny-cnn, width: 8, blocks: 3, head: cosine }
losses: [{ use: domain-bce, logitScale: 12 }]
optimizer: { use: erm, base: { use: adam, learningRate: 0.003 } }
train: { epochs: 20, stepsPerEpoch: 10, evaluateEvery: 0, checkpointEvery: 20 }
`;

/**
 * Renders faces and attacks, prepares them with the face detector and trains a tiny network, in a minute or two. What lies in the folder from an earlier call is
 * used again.
 */
export async function trainSmallRun(folder: string): Promise<SmallRun> {
  const [benchmark, videos] = [join(folder, 'benchmark'), join(folder, 'videos')];
  const ofPhone = (name: string) => join(videos, 'phone', 'train', name);
  const clips = {
    // Of somebody who is held out in training.
    live: ofPhone('live/s0006_v0006.mp4'),
    print: ofPhone('attack/print/s0003_v0003_c1.mp4'),
    replay: ofPhone('attack/replay/s0004_v0004_c1.mp4'),
  };
  const run = join(folder, 'run');
  if (existsSync(join(run, 'results.json'))) return { run, clips };
  await synthesizeBenchmark({ root: benchmark, seed: 0, size: { subjects: { train: 6, test: 0 }, clips: 1, frames: 3 }, workers: 0 });
  for (const [domain, ids] of Object.entries(people)) {
    const faces = join(folder, 'faces', domain);
    for (const id of ids) {
      const from = join(benchmark, domain, 'train', 'live', `s${id}_live_c1`);
      const to = join(faces, 'train', 'live', `s${id}`);
      mkdirSync(to, { recursive: true });
      for (const name of readdirSync(from))
        await sharp(join(from, name))
          .resize(256, 256, { kernel: 'cubic' })
          .png()
          .toFile(join(to, `${name}.png`));
    }
    const made = join(folder, 'attacks', domain);
    await synthesizeAttacks({ from: faces, root: made, seed: 1, set: close, workers: 0 });
    for (const entry of readdirSync(made, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('frame_0001.jpg')))
      await writeVideo(join(made, dirname(entry)), join(videos, domain, `${dirname(entry)}.mp4`));
  }
  gradalign(folder, 'data', 'prepare', 'videos', '--out', 'crops', '--format', 'png', '--frames', 'even=3', '--quiet');
  writeFileSync(join(folder, 'experiment.yaml'), experiment);
  gradalign(folder, 'train', 'experiment.yaml', '--output', 'run', '--quiet');
  return { run, clips };
}

/** The frames of a clip before a gray wall, four times each. */
async function writeVideo(frames: string, path: string): Promise<void> {
  const stage = `${frames}-640`;
  mkdirSync(stage, { recursive: true });
  mkdirSync(dirname(path), { recursive: true });
  const [side, around] = [300, { top: 90, bottom: 90, left: 170, right: 170, background: '#777777' }];
  for (const [i, name] of readdirSync(frames).sort().entries()) {
    const scaled = await sharp(join(frames, name)).resize(side, side, { kernel: 'cubic' }).png().toBuffer();
    await sharp(scaled)
      .extend(around)
      .png()
      .toFile(join(stage, `${i + 1}.png`));
  }
  const quality = ['-c:v', 'libx264', '-crf', '10', '-pix_fmt', 'yuv420p', '-colorspace', 'bt709', '-vf', 'fps=10,scale=out_color_matrix=bt709'];
  execute('ffmpeg', ['-y', '-v', 'error', '-framerate', '2.5', '-i', join(stage, '%d.png'), ...quality, path], stage);
}
