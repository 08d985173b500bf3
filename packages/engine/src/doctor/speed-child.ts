import * as tf from '@tensorflow/tfjs-core';
import type { EngineChoice } from '../contracts/engine.ts';
import { loadEngine } from '../load/load-engine.ts';

/*
 * Times a matrix product and a convolution. Arguments: the engine, and the milliseconds to spend on each. Prints one line
 * of JSON.
 */
const [engineName = 'auto', milliseconds = '400'] = process.argv.slice(2);
const began = performance.now();
const engine = await loadEngine({ engine: engineName as EngineChoice });
const loadMilliseconds = Math.round(performance.now() - began);

const side = 1024;
const a = tf.randomUniform<tf.Rank.R2>([side, side], -1, 1, 'float32', 1);
const product = measure(2 * side ** 3, () => tf.matMul(a, a));

const shape = { batch: 8, side: 56, channels: 64, kernel: 3 };
const images = tf.randomUniform<tf.Rank.R4>([shape.batch, shape.side, shape.side, shape.channels], -1, 1, 'float32', 2);
const filter = tf.randomUniform<tf.Rank.R4>([shape.kernel, shape.kernel, shape.channels, shape.channels], -1, 1, 'float32', 3);
const convolution = measure(2 * shape.batch * shape.side ** 2 * shape.channels ** 2 * shape.kernel ** 2, () => tf.conv2d(images, filter, 1, 'same'));

const result = {
  engine: engine.name,
  version: engine.version,
  gpu: engine.gpu,
  threads: engine.threads,
  loadMilliseconds,
  matrixProduct: product,
  convolution,
};
process.stdout.write(`${JSON.stringify(result)}\n`);

/** Billions of operations per second. */
function measure(operations: number, body: () => tf.Tensor): number {
  const once = (): void => {
    const output = body();
    tf.tidy(() => tf.max(output)).dataSync(); // a GPU computes asynchronously until the result is read
    output.dispose();
  };
  once();
  const start = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < Number(milliseconds)) {
    once();
    count++;
    elapsed = performance.now() - start;
  }
  return Math.round((operations * count) / elapsed / 1e5) / 10;
}
