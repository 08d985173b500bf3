import { createImage, type LinearImage } from './linear-image.ts';

/** Convolution with a Gaussian of `sigma` pixels; the border repeats. Sigma 0 returns the image unchanged. */
export function gaussianBlur(image: LinearImage, sigma: number): LinearImage {
  if (sigma <= 0) return image;
  const kernel = gaussianKernel(sigma);
  return convolveColumns(convolveRows(image, kernel), kernel);
}

/** Weights at -radius .. radius, sum 1; the radius is three sigma. */
function gaussianKernel(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const kernel = Float32Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-0.5 * ((i - radius) / sigma) ** 2));
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

function convolveRows({ width, height, data }: LinearImage, kernel: Float32Array): LinearImage {
  const out = createImage(width, height);
  const radius = (kernel.length - 1) / 2;
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let k = -radius; k <= radius; k++) {
        const weight = kernel[k + radius] as number;
        const at = 3 * (row + Math.min(width - 1, Math.max(0, x + k)));
        red += weight * (data[at] as number);
        green += weight * (data[at + 1] as number);
        blue += weight * (data[at + 2] as number);
      }
      const to = 3 * (row + x);
      out.data[to] = red;
      out.data[to + 1] = green;
      out.data[to + 2] = blue;
    }
  }
  return out;
}

/** Row by row instead of column by column: neighbors in memory. */
function convolveColumns({ width, height, data }: LinearImage, kernel: Float32Array): LinearImage {
  const out = createImage(width, height);
  const radius = (kernel.length - 1) / 2;
  const stride = width * 3;
  for (let y = 0; y < height; y++) {
    for (let k = -radius; k <= radius; k++) {
      const weight = kernel[k + radius] as number;
      const from = Math.min(height - 1, Math.max(0, y + k)) * stride;
      const to = y * stride;
      for (let i = 0; i < stride; i++) out.data[to + i] = (out.data[to + i] as number) + weight * (data[from + i] as number);
    }
  }
  return out;
}
