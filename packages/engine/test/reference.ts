/** Operations in plain loops and float64, on flat NHWC arrays: slow, simple, independent of any tensor library. */
export interface Nhwc {
  readonly shape: readonly [batch: number, height: number, width: number, channels: number];
  readonly values: ArrayLike<number>;
}

export function conv2d(x: Nhwc, kernel: Nhwc, stride: number, pad: number): number[] {
  const [batch, height, width, channels] = x.shape;
  const [rows, columns, , out] = kernel.shape;
  const result: number[] = [];
  for (let n = 0; n < batch; n++)
    for (let top = -pad; top + rows <= height + pad; top += stride)
      for (let left = -pad; left + columns <= width + pad; left += stride)
        for (let o = 0; o < out; o++) {
          let sum = 0;
          for (let i = 0; i < rows; i++)
            for (let j = 0; j < columns; j++) {
              if (top + i < 0 || top + i >= height || left + j < 0 || left + j >= width) continue;
              for (let c = 0; c < channels; c++)
                sum +=
                  at(x.values, ((n * height + top + i) * width + left + j) * channels + c) * at(kernel.values, ((i * columns + j) * channels + c) * out + o);
            }
          result.push(sum);
        }
  return result;
}

/** `zeros`: above and left of the map; `size`: positions in each direction. */
export function depthwiseConv2d(x: Nhwc, kernel: Nhwc, stride: number, zeros: number, size: number): number[] {
  const [batch, height, width, channels] = x.shape;
  const [rows, columns] = kernel.shape;
  const result: number[] = [];
  for (let n = 0; n < batch; n++)
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++)
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (let i = 0; i < rows; i++)
            for (let j = 0; j < columns; j++) {
              const [y, z] = [row * stride - zeros + i, column * stride - zeros + j];
              if (y < 0 || y >= height || z < 0 || z >= width) continue;
              sum += at(x.values, ((n * height + y) * width + z) * channels + c) * at(kernel.values, (i * columns + j) * channels + c);
            }
          result.push(sum);
        }
  return result;
}

export function maxPool(x: Nhwc, size: number, stride: number, pad: number): number[] {
  const [batch, height, width, channels] = x.shape;
  const result: number[] = [];
  for (let n = 0; n < batch; n++)
    for (let top = -pad; top + size <= height + pad; top += stride)
      for (let left = -pad; left + size <= width + pad; left += stride)
        for (let c = 0; c < channels; c++) {
          let best = Number.NEGATIVE_INFINITY;
          for (let i = Math.max(top, 0); i < Math.min(top + size, height); i++)
            for (let j = Math.max(left, 0); j < Math.min(left + size, width); j++)
              best = Math.max(best, at(x.values, ((n * height + i) * width + j) * channels + c));
          result.push(best);
        }
  return result;
}

/** Mean and biased variance of each channel. */
export function moments(x: Nhwc): { mean: number[]; variance: number[]; count: number } {
  const channels = x.shape[3];
  const count = x.values.length / channels;
  const perChannel = (measure: (value: number, channel: number) => number) =>
    Array.from({ length: channels }, (_, c) => {
      let sum = 0;
      for (let i = c; i < x.values.length; i += channels) sum += measure(at(x.values, i), c);
      return sum / count;
    });
  const mean = perChannel((value) => value);
  return { mean, variance: perChannel((value, c) => (value - at(mean, c)) ** 2), count };
}

export function normalize(x: Nhwc, gamma: ArrayLike<number>, beta: ArrayLike<number>, mean: ArrayLike<number>, variance: ArrayLike<number>, epsilon: number) {
  const channels = x.shape[3];
  return Array.from(x.values, (value, i) => {
    const c = i % channels;
    return (at(gamma, c) * (value - at(mean, c))) / Math.sqrt(at(variance, c) + epsilon) + at(beta, c);
  });
}

export function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new Error(`Cannot read entry ${index} of ${values.length}`);
  return value;
}
