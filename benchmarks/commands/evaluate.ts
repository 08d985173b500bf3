import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AnyItem,
  completeOptions,
  createSeed,
  evaluate,
  type Kind,
  loadCatalogue,
  type Metric,
  type MetricDefinition,
  type Model,
  type Risk,
  type Sample,
} from '@gradalign/core';
import { createImageLoader } from '@gradalign/core/images';
import { loadEngine } from '@gradalign/engine';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import { type Command, readOptions, wholeNumber } from '../command.ts';
import { describeMachine } from '../machine.ts';

const help = `npm run bench -- evaluate [--json] [--images <n>] [--size <n>] [--batch <n>] [--workers <n>] [--repeats <n>]

Images a second of an evaluation of ResNet-18 (JPEG files to figures with intervals, frames and videos, two conventions) beside those of its forward
passes alone on a batch in memory, in turns.
  --json         one JSON object for machines
  --images <n>   JPEG crops of an evaluation, half of them bona fide, 8 a video (default 384)
  --size <n>     side of the crops and of the network's input in pixels (default 256)
  --batch <n>    images in a forward pass (default 32)
  --workers <n>  threads that decode (default 2)
  --repeats <n>  rounds, of which the median counts (default 5)`;

export const command: Command = {
  async run(args) {
    const text = { type: 'string' } as const;
    const values = readOptions(args, { json: { type: 'boolean' }, images: text, size: text, batch: text, workers: text, repeats: text }, help);
    if (!values) return;
    const size = wholeNumber('size', values['size'], 256);
    const batch = wholeNumber('batch', values['batch'], 32);
    const workers = wholeNumber('workers', values['workers'], 2);
    const repeats = wholeNumber('repeats', values['repeats'], 5);
    const n = Math.ceil(wholeNumber('images', values['images'], 384) / batch) * batch;
    console.error(`${describeMachine()}, ${n} images of ${size} x ${size} in batches of ${batch}, ${workers} workers`);
    await loadEngine({ notice: console.error });
    const folder = mkdtempSync(join(tmpdir(), 'gradalign bench-'));
    try {
      const samples = await writeImages(folder, n, size);
      const { model, risk, metrics } = await createParts(size);
      const image = { size, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
      await using loader = createImageLoader({ image, augment: [], pluginFiles: [], workers, seed: 0 });
      const images = tf.randomNormal([batch, size, size, 3]) as tf.Tensor4D;
      const forward = () => {
        for (let i = 0; i < n / batch; i++) tf.tidy(() => void risk.probabilities(model.apply(images, { training: false }).logits).dataSync());
      };
      const whole = () =>
        evaluate({
          ...{ model, risk, loader, batch, frames: 0, classes: ['attack', 'live'], metrics, aggregate: 'mean', seed: 0 },
          samples: [{ name: 'bench', samples }],
          thresholds: { frame: { value: 0, from: 'bench' }, video: { value: 0, from: 'bench' }, scale: 'logit' },
        });
      forward();
      await whole();
      const rounds: { readonly forward: Speed; readonly evaluation: Speed }[] = [];
      for (let i = 0; i < repeats; i++) rounds.push({ forward: await speedOf(n, forward), evaluation: await speedOf(n, whole) });
      const median = (of: (round: (typeof rounds)[number]) => number) => rounds.map(of).sort((a, b) => a - b)[Math.floor(rounds.length / 2)] as number;
      const result = {
        ...{ images: n, size, batch, workers },
        forward: median((round) => round.forward.perSecond),
        evaluation: median((round) => round.evaluation.perSecond),
        ratio: median((round) => round.evaluation.perSecond / round.forward.perSecond),
        processor: { forward: median((round) => round.forward.processor), evaluation: median((round) => round.evaluation.processor) },
      };
      console.log(
        values['json']
          ? JSON.stringify({ machine: describeMachine(), ...result }, null, 2)
          : `evaluation ${result.evaluation.toFixed(1)} images a second, forward passes alone ${result.forward.toFixed(1)}: ${result.ratio.toFixed(2)} times; processor time an image ${result.processor.evaluation.toFixed(1)} ms, forward ${result.processor.forward.toFixed(1)} ms`,
      );
      images.dispose();
      model[Symbol.dispose]();
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function createParts(size: number): Promise<{ model: Model; risk: Risk; metrics: { name: string; definition: MetricDefinition; metric: Metric }[] }> {
  const catalogue = await loadCatalogue(['@gradalign/models'], { resolveFrom: [new URL('../../packages/cli/package.json', import.meta.url).href] });
  const make = <T>(kind: Kind, name: string, options: Readonly<Record<string, unknown>>, ...context: unknown[]): T => {
    const item = catalogue.find(kind, name) as AnyItem & { create(...args: unknown[]): T };
    return item.create(completeOptions(item, options), ...context);
  };
  const random = createSeed(7).stream('weights');
  const context = { image: { size, channels: 3 }, logits: 1, random: (weight: string) => random.at(weight) };
  return {
    model: await make<Model | Promise<Model>>('model', 'resnet18', { head: 'cosine' }, context),
    risk: make<Risk>('loss', 'domain-bce', {}, { classes: ['attack', 'live'] }),
    metrics: ['hter', 'auc', 'tpr@fpr'].map((name) => ({
      name,
      definition: catalogue.find('metric', name) as MetricDefinition,
      metric: make<Metric>('metric', name, {}),
    })),
  };
}

/** Crops of noise that a JPEG has to work for, half of them live. */
async function writeImages(folder: string, n: number, size: number): Promise<Sample[]> {
  mkdirSync(folder, { recursive: true });
  const random = createSeed(7).stream('pictures').at(0);
  const files = await Promise.all(
    Array.from({ length: 16 }, async () => {
      const coarse = Uint8Array.from({ length: 32 * 32 * 3 }, () => random.integer(256));
      return sharp(coarse, { raw: { width: 32, height: 32, channels: 3 } })
        .resize(size, size)
        .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
        .toBuffer();
    }),
  );
  return Array.from({ length: n }, (_, i): Sample => {
    const path = join(folder, `${i}.jpg`);
    writeFileSync(path, files[i % files.length] as Buffer);
    const video = Math.floor(i / 8);
    return { id: `${i}`, image: { path }, label: video % 2, split: 'test', subject: `s${video % 24}`, video: `v${video}`, frame: i % 8 };
  });
}

interface Speed {
  /** Images a second. */
  readonly perSecond: number;
  /** Milliseconds of processor time an image, all threads together: what other processes do changes it little. */
  readonly processor: number;
}

async function speedOf(n: number, run: () => unknown): Promise<Speed> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  await run();
  const { user, system } = process.cpuUsage(before);
  return { perSecond: n / ((performance.now() - started) / 1000), processor: (user + system) / 1000 / n };
}
