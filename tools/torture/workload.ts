import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import sharp from 'sharp';

/** 3 epochs of 4 steps: GAC with momentum after an epoch of ERM, with averages of the weights and the best checkpoint. */
const experiment = `plugins: ["@gradalign/optimizers", "@gradalign/models", "@gradalign/datasets", "@gradalign/fas-gac"]
seed: 5
workers: 0
data:
  source: { a: { use: image-folder, root: faces }, b: { use: image-folder, root: faces } }
  target: { c: { use: image-folder, root: faces } }
  image: { size: 16 }
  holdOut: 0.4
  augment: [flip]
  batch: { perDomain: 4 }
model: { use: tiny-cnn, width: 4, blocks: 2, head: cosine }
optimizer: { use: gac, warmupEpochs: 1, base: { use: sgd, learningRate: 0.05, momentum: 0.9 } }
train: { epochs: 3, stepsPerEpoch: 4 }
callbacks: [{ use: ema }, { use: swad, every: 2 }, { use: best-checkpoint }]
`;

const study = `experiment: experiment.yaml
leaveOut: [b]
methods:
  erm: { optimizer: { use: erm }, callbacks: [], data.target: {} }
  sam: { optimizer: { use: sam }, callbacks: [], data.target: {} }
output: runs/study
`;

/** Experiment, study and pictures of gray faces: bright is live, dark an attack; three domains of 2 splits x 2 labels x 4 clips x 2 frames. */
export async function writeWorkload(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'experiment.yaml'), experiment);
  writeFileSync(join(folder, 'study.yaml'), study);
  for (const domain of ['a', 'b', 'c'])
    for (const split of ['train', 'test'])
      for (const label of ['live', 'attack/print'])
        for (let clip = 0; clip < 4; clip++)
          for (let frame = 0; frame < 2; frame++) {
            const level = (label === 'live' ? 190 : 60) + 7 * clip + 3 * frame + domain.charCodeAt(0) - 97;
            const path = join(folder, 'faces', domain, split, label, `s${split === 'train' ? clip : clip + 10}_clip`, `f${frame}.png`);
            mkdirSync(dirname(path), { recursive: true });
            await sharp({ create: { width: 24, height: 24, channels: 3, background: { r: level, g: level, b: 255 - level } } }).toFile(path);
          }
}

const prepare = ['data', 'prepare', '--use', 'image-folder', '--root', 'faces', '--set', 'domain=a', '--out', 'prepared', '--faces', 'none', '--size', '16'];

/** A command that is killed and starved, and what it writes. */
export interface WorkCommand {
  readonly first: readonly string[];
  /** After it began to write. */
  readonly again: readonly string[];
  /** Folder that it writes; the rest of the folder is its input. */
  readonly out: string;
  /** About how many writes, syncs, renames and new files it takes: a random one of them is chosen. */
  readonly writes: number;
  /** About how many times it says something. */
  readonly lines: number;
}

/** The commands; `trained` is a run that is part of the inputs. */
export const commands = {
  train: { first: ['train', 'experiment.yaml', '-o', 'runs/one'], again: ['train', '--resume', 'runs/one'], out: 'runs/one', writes: 110, lines: 40 },
  compare: { ...same(['compare', 'study.yaml']), out: 'runs/study', writes: 200, lines: 40 },
  prepare: { ...same(prepare), out: 'prepared', writes: 60, lines: 3 },
  report: { ...same(['report', 'trained', '--no-heat-maps', '--out', 'trained/plots']), out: 'trained', writes: 60, lines: 2 },
  predict: { ...same(['predict', 'trained', 'faces/c/test/live']), out: 'trained', writes: 8, lines: 3 },
  calibrate: { ...same(['calibrate', 'trained', '--name', 'gate']), out: 'trained', writes: 8, lines: 3 },
} as const satisfies Readonly<Record<string, WorkCommand>>;

/** Name of a command of the workload. */
export type CommandName = keyof typeof commands;

function same(args: readonly string[]): Pick<WorkCommand, 'first' | 'again'> {
  return { first: args, again: args };
}

/** The arguments to call a command with, which differ once it has begun to write. */
export function argumentsOf({ first, again, out }: WorkCommand, folder: string): readonly string[] {
  return existsSync(join(folder, out, 'experiment.yaml')) ? again : first;
}

/** What must be the same bytes: weights, states, scores, crops and manifests, and results without times. Times and machine are left out. */
export function contentOf(folder: string): Readonly<Record<string, string>> {
  const out: Record<string, string> = {};
  for (const path of files(folder)) {
    // A run of a study has a digest in its name, which may be of where it is.
    const name = relative(folder, path).replace(/-[0-9a-f]{6}(?=\/)/, '');
    if (/(\.safetensors|\.csv|\.png|\.jpg|\.svg|\.html|decisions\.json)$/.test(name)) out[name] = digest(readFileSync(path));
    if (/(^|\/)results\.json$/.test(name)) out[name] = digest(Buffer.from(withoutTimes(readFileSync(path, 'utf8'))));
  }
  return out;
}

/** Names that differ, of two contents. */
export function differences(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => a[name] !== b[name]).sort();
}

/** What commands leave behind only while they run. */
export function leftovers(folder: string): string[] {
  return files(folder).filter((path) => /\.tmp$|\/\.lock|\/\.staging|\/\.tfjs-|install\.lock/.test(path));
}

/** All files below a folder, in the order of their names; links are not followed. */
export function files(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .sort();
}

function withoutTimes(json: string): string {
  return JSON.stringify(JSON.parse(json, (key, value) => (key === 'seconds' || key === 'sha256' || key === 'history' ? undefined : value)));
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
