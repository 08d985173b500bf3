import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cannot, openTrainedRun, silentReporter, type TrainedRun } from '@gradalign/core';
import { exportRun } from '@gradalign/export';
import * as tf from '@tensorflow/tfjs-core';
import { type Command, readOptions, wholeNumber } from '../command.ts';
import { onnxruntimeInChromium } from '../export/in-chromium.ts';
import { measureRounds, onnxruntimeNode, onnxruntimeWeb, type Speed, type Work } from '../export/in-node.ts';
import { torch } from '../export/in-torch.ts';
import { describeMachine } from '../machine.ts';
import { renderTable } from '../render-table.ts';

const help = `npm run bench -- export --run <folder> [--json] [--images <n>] [--repeats <n>] [--python <path>]

Images a second of a trained run, side by side: its own forward passes (native engine, all threads), its ONNX model in onnxruntime-web (one thread; in Node and in
Chromium) and in onnxruntime-node (all threads, where it is installed), and PyTorch's network of the same name (all threads). Beside it the processor time of an
image, all threads together (PyTorch: on one, since its threads spin while they wait), which other work on the machine disturbs less; the ratio is that of processor times.
  --run <folder>   a finished run
  --json           one JSON object for machines
  --images <n>     images a round (default 64)
  --repeats <n>    rounds, of which the median counts (default 5)
  --python <path>  a Python with PyTorch and torchvision (default: GRADALIGN_PYTHON)`;

const batch = 8;

export const command: Command = {
  async run(args) {
    const text = { type: 'string' } as const;
    const values = readOptions(args, { json: { type: 'boolean' }, run: text, images: text, repeats: text, python: text }, help);
    if (!values) return;
    const { run: folder, python = process.env['GRADALIGN_PYTHON'] } = values;
    if (typeof folder !== 'string') throw cannot('run the benchmark', 'no run is named', '--run <folder>', { exitCode: 2 });
    const batches = Math.ceil(wholeNumber('images', values['images'], 64) / batch);
    const repeats = wholeNumber('repeats', values['repeats'], 5);
    await using run = await openTrainedRun(folder, { reporter: silentReporter, env: process.env, resolveFrom: [import.meta.url], withoutData: true });
    const speeds = await measure(run, { batches, repeats }, typeof python === 'string' && python !== '' ? python : undefined);
    const { size } = run.loader.image;
    const network = run.experiment.model.use;
    console.log(
      values['json']
        ? JSON.stringify({ machine: describeMachine(), network, size, images: batches * batch, imagesPerSecond: speeds }, null, 2)
        : render(`${network} at ${size} x ${size}, ${describeMachine()}`, speeds),
    );
  },
};

type Speeds = Readonly<Record<string, Speed>>;

async function measure(run: TrainedRun, { batches, repeats }: Pick<Work, 'batches' | 'repeats'>, python: string | undefined): Promise<Speeds> {
  const { size, channels } = run.loader.image;
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-bench-'));
  try {
    const output = join(folder, 'model.onnx');
    await exportRun(run, { output, check: false });
    const work: Work = { model: readFileSync(output), shape: [batch, size, size, channels], batches, repeats };
    return {
      gradalign: await ourselves(run, work),
      'onnxruntime-web in Node': await onnxruntimeWeb(work),
      'onnxruntime-web in Chromium': await onnxruntimeInChromium(work),
      'onnxruntime-node': await onnxruntimeNode(work),
      PyTorch: torch(run.experiment.model.use, python, work),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ourselves(run: TrainedRun, work: Work): Promise<Speed> {
  const images = tf.randomUniform<tf.Rank.R4>(work.shape as [number, number, number, number]);
  const forward = () => tf.tidy(() => void run.risk.probabilities(run.model.apply(images, { training: false }).logits).dataSync());
  const speed = await measureRounds(forward, work);
  images.dispose();
  return speed;
}

function render(what: string, speeds: Speeds): string {
  const { gradalign: ours } = speeds;
  const rows = Object.entries(speeds).map(([name, speed]) => {
    if ('reason' in speed) return [name, 'not measured', speed.reason];
    const { perSecond, processor } = speed;
    const ratio = ours && !('reason' in ours) && processor !== undefined && ours.processor !== undefined ? (processor / ours.processor).toFixed(2) : '-';
    return [name, perSecond.toFixed(1), processor?.toFixed(1) ?? '-', ratio];
  });
  return `${what}\n${renderTable(['', 'images a second', 'processor ms an image', 'of gradalign'], rows)}`;
}
