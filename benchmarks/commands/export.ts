import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cannot, openTrainedRun, silentReporter, type TrainedRun } from '@gradalign/core';
import { exportRun, runOnnx } from '@gradalign/export';
import * as tf from '@tensorflow/tfjs-core';
import { type Command, readOptions, wholeNumber } from '../command.ts';
import { describeMachine } from '../machine.ts';

const help = `npm run bench -- export --run <folder> [--json] [--images <n>] [--repeats <n>]

Images a second of a trained run: its own forward passes (native engine, all threads), and its ONNX model in onnxruntime's WebAssembly build (one thread).
  --run <folder>  a finished run
  --json          one JSON object for machines
  --images <n>    images a round (default 64)
  --repeats <n>   rounds, of which the median counts (default 5)`;

const batch = 8;

export const command: Command = {
  async run(args) {
    const text = { type: 'string' } as const;
    const values = readOptions(args, { json: { type: 'boolean' }, run: text, images: text, repeats: text }, help);
    if (!values) return;
    const { run: folder } = values;
    if (typeof folder !== 'string') throw cannot('run the benchmark', 'no run is named', '--run <folder>', { exitCode: 2 });
    const n = Math.ceil(wholeNumber('images', values['images'], 64) / batch) * batch;
    const repeats = wholeNumber('repeats', values['repeats'], 5);
    await using run = await openTrainedRun(folder, { reporter: silentReporter, env: process.env, resolveFrom: [import.meta.url], withoutData: true });
    const result = await measure(run, n, repeats);
    console.log(
      values['json']
        ? JSON.stringify({ machine: describeMachine(), images: n, ...result }, null, 2)
        : `${describeMachine()}: ours ${result.ours.toFixed(1)} images a second, onnxruntime-web on one thread ${result.onnxruntimeWeb.toFixed(1)}`,
    );
  },
};

async function measure(run: TrainedRun, n: number, repeats: number): Promise<{ readonly ours: number; readonly onnxruntimeWeb: number }> {
  const { size, channels } = run.loader.image;
  const folder = mkdtempSync(join(tmpdir(), 'gradalign-bench-'));
  const images = tf.randomUniform([batch, size, size, channels]) as tf.Tensor4D;
  try {
    const output = join(folder, 'model.onnx');
    await exportRun(run, { output, check: false });
    const model = readFileSync(output);
    const raw = { data: new Float32Array(n * size * size * channels).fill(127), shape: [size, size, channels] };
    const forward = () => tf.tidy(() => void run.risk.probabilities(run.model.apply(images, { training: false }).logits).dataSync());
    forward();
    const rounds: { readonly ours: number; readonly onnxruntimeWeb: number }[] = [];
    for (let round = 0; round < repeats; round++) {
      const start = performance.now();
      for (let i = 0; i < n / batch; i++) forward();
      const ours = (1000 * n) / (performance.now() - start);
      rounds.push({ ours, onnxruntimeWeb: n / (await runOnnx(model, raw, 'values')).seconds });
    }
    const median = (of: 'ours' | 'onnxruntimeWeb') => rounds.map((round) => round[of]).sort((a, b) => a - b)[Math.floor(repeats / 2)] as number;
    return { ours: median('ours'), onnxruntimeWeb: median('onnxruntimeWeb') };
  } finally {
    images.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
