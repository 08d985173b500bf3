import * as tf from '@tensorflow/tfjs-core';
import { loadTensorflow } from '../load/load-tensorflow.ts';

/*
 * Computes a convolution and its two gradients with a freshly installed engine and compares them with plain loops.
 * Arguments: the engine's folder, the binding's folder. Prints one line of JSON.
 */
const [dir = '', binding = ''] = process.argv.slice(2);
const began = performance.now();
const engine = await loadTensorflow({ variant: 'cpu', dir, binding }, {});
const loaded = performance.now();

const size = { batch: 2, side: 6, channels: 3, kernel: 3, filters: 4 };
const output = size.side - size.kernel + 1;
const image = Array.from({ length: size.batch * size.side ** 2 * size.channels }, (_, index) => Math.sin(index));
const filter = Array.from({ length: size.kernel ** 2 * size.channels * size.filters }, (_, index) => Math.cos(index));

const { value, grads } = tf.valueAndGrads((x, w) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid'))))([
  tf.tensor4d(image, [size.batch, size.side, size.side, size.channels]),
  tf.tensor4d(filter, [size.kernel, size.kernel, size.channels, size.filters]),
]);
const expected = byLoops();
compare('the sum of squares', value.dataSync(), [expected.value]);
compare('the gradient with respect to the images', grads[0]?.dataSync(), expected.image);
compare('the gradient with respect to the filters', grads[1]?.dataSync(), expected.filter);

const result = { tensorflow: engine.version, gpu: engine.gpu, loadMilliseconds: Math.round(loaded - began), memory: process.memoryUsage().rss };
process.stdout.write(`${JSON.stringify(result)}\n`);

/** s = Σ y², ∂s/∂x = Σ 2y·w, ∂s/∂w = Σ 2y·x */
function byLoops(): { value: number; image: number[]; filter: number[] } {
  const gradients = { value: 0, image: image.map(() => 0), filter: filter.map(() => 0) };
  for (let b = 0; b < size.batch; b++) {
    for (let i = 0; i < output; i++) {
      for (let j = 0; j < output; j++) {
        for (let f = 0; f < size.filters; f++) {
          const terms: [x: number, w: number][] = [];
          for (let p = 0; p < size.kernel; p++) {
            for (let q = 0; q < size.kernel; q++) {
              for (let c = 0; c < size.channels; c++) {
                const x = ((b * size.side + i + p) * size.side + j + q) * size.channels + c;
                const w = ((p * size.kernel + q) * size.channels + c) * size.filters + f;
                terms.push([x, w]);
              }
            }
          }
          const y = terms.reduce((sum, [x, w]) => sum + (image[x] ?? 0) * (filter[w] ?? 0), 0);
          gradients.value += y * y;
          for (const [x, w] of terms) {
            gradients.image[x] = (gradients.image[x] ?? 0) + 2 * y * (filter[w] ?? 0);
            gradients.filter[w] = (gradients.filter[w] ?? 0) + 2 * y * (image[x] ?? 0);
          }
        }
      }
    }
  }
  return gradients;
}

function compare(what: string, found: ArrayLike<number> | undefined, wanted: readonly number[]): void {
  const scale = Math.max(...wanted.map(Math.abs));
  const error = Math.max(...wanted.map((number, index) => Math.abs(number - (found?.[index] ?? Number.NaN))));
  if (!(error <= 1e-4 * scale)) throw new Error(`${what} is off by ${error}, expected ${1e-4 * scale} at most`);
}
