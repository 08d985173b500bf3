import type { AffineMap, PixelImage } from '../contracts/pixel-image.ts';

/**
 * A view through any map, read at one point a pixel by Pillow's cubic of `rotate` and `transform`: Keys' with a = -1, which is sharper than that of
 * `resize`, values cut (not rounded) to bytes. Points outside the image are black; within it the border's pixels repeat.
 *
 * @param map In pixels of the image.
 * @param size Side of the view in pixels.
 */
export function sampleBicubic(image: PixelImage, map: AffineMap, size: number): PixelImage {
  const { width, height, channels } = image;
  const source = new Uint8Array(image.data.buffer, image.data.byteOffset, image.data.length);
  const data = new Uint8Array(size * size * channels);
  const columns = new Int32Array(4);
  const across = new Float64Array(4);
  const down = new Float64Array(4);
  for (let row = 0, o = 0; row < size; row++) {
    for (let i = 0; i < size; i++, o += channels) {
      const u = (i + 0.5) / size;
      const v = (row + 0.5) / size;
      const x = map.xx * u + map.xy * v + map.x0;
      const y = map.yx * u + map.yy * v + map.y0;
      if (!(x >= 0 && y >= 0 && x < width && y < height)) continue;
      const column = Math.floor(x - 0.5);
      const line = Math.floor(y - 0.5);
      shares(x - 0.5 - column, across);
      shares(y - 0.5 - line, down);
      for (let k = 0; k < 4; k++) columns[k] = channels * within(column - 1 + k, width);
      const [c0, c1, c2, c3] = [columns[0] as number, columns[1] as number, columns[2] as number, columns[3] as number];
      const [w0, w1, w2, w3] = [across[0] as number, across[1] as number, across[2] as number, across[3] as number];
      for (let c = 0; c < channels; c++) {
        let value = 0;
        for (let l = 0; l < 4; l++) {
          const from = channels * width * within(line - 1 + l, height) + c;
          const read =
            w0 * (source[from + c0] as number) + w1 * (source[from + c1] as number) + w2 * (source[from + c2] as number) + w3 * (source[from + c3] as number);
          value += (down[l] as number) * read;
        }
        // A sum that is a whole number but for rounding stays one.
        data[o + c] = value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value + 1e-9);
      }
    }
  }
  return { data, width: size, height: size, channels };
}

/** The weights of the four pixels around a point at `d` between the middle two. */
function shares(d: number, to: Float64Array): void {
  const e = 1 - d;
  to[0] = -d * e * e;
  to[1] = 1 - d * d * (2 - d);
  to[2] = 1 - e * e * (2 - e);
  to[3] = -e * d * d;
}

function within(index: number, count: number): number {
  return index < 0 ? 0 : index >= count ? count - 1 : index;
}
