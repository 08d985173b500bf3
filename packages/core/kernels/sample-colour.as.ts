// AssemblyScript: compiled to packages/core/src/images/sample-colour.wasm.ts by `npm run build:kernels`. Addresses are bytes of the module's memory.
// All arithmetic on values is float32 in four lanes (red, green, blue, nothing); positions are float64.

// Constants, 16 bytes each: three columns of the colour matrix, its offset, gain, bias.
const COLUMN_0: usize = 0;
const COLUMN_1: usize = 16;
const COLUMN_2: usize = 32;
const OFFSET: usize = 48;
const GAIN: usize = 64;
const BIAS: usize = 80;

/** The three bytes at `address` (a fourth is read and not used) as float32. */
// @ts-expect-error: decorator
@inline
function pixel(address: usize): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(address))));
}

/**
 * Reads rows `from` to `to` of `points` points each, bilinearly, and writes three values a point. Within half a pixel of the border the border's pixel
 * counts; beyond it is black. 16 bytes behind the last value are overwritten, 1 byte behind the source is read.
 */
export function sampleRows(
  source: usize, width: i32, height: i32, points: i32, from: i32, to: i32,
  acrossX: f64, acrossY: f64, downX: f64, downY: f64, startX: f64, startY: f64,
  coloured: bool, out: usize,
): void {
  const lastColumn = width - 1;
  const lastLine = height - 1;
  const limitX = <f64>lastColumn;
  const limitY = <f64>lastLine;
  const stride = 3 * width;
  const gain = v128.load(GAIN);
  const bias = v128.load(BIAS);
  const column0 = v128.load(COLUMN_0);
  const column1 = v128.load(COLUMN_1);
  const column2 = v128.load(COLUMN_2);
  const offset = v128.load(OFFSET);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let row = from; row < to; row++) {
    const x0 = startX + downX * (<f64>row + 0.5) + acrossX * 0.5 - 0.5;
    const y0 = startY + downY * (<f64>row + 0.5) + acrossY * 0.5 - 0.5;
    for (let i = 0; i < points; i++) {
      const x = x0 + acrossX * <f64>i;
      const y = y0 + acrossY * <f64>i;
      let value = zero;
      if (x >= -0.5 && y >= -0.5 && x <= limitX + 0.5 && y <= limitY + 0.5) {
        let column = <i32>x;
        let line = <i32>y;
        let right = 3;
        let below = stride;
        if (x < 0 || x >= limitX) right = 0;
        if (y < 0 || y >= limitY) below = 0;
        if (x >= limitX) column = lastColumn;
        if (y >= limitY) line = lastLine;
        const fx = f32x4.splat(<f32>(x - <f64>column));
        const fy = f32x4.splat(<f32>(y - <f64>line));
        const p = source + line * stride + 3 * column;
        const upper = pixel(p);
        const lower = pixel(p + below);
        const top = f32x4.add(upper, f32x4.mul(fx, f32x4.sub(pixel(p + right), upper)));
        const bottom = f32x4.add(lower, f32x4.mul(fx, f32x4.sub(pixel(p + below + right), lower)));
        value = f32x4.add(top, f32x4.mul(fy, f32x4.sub(bottom, top)));
      }
      if (coloured) {
        value = f32x4.add(
          f32x4.add(f32x4.mul(column0, v128.shuffle<f32>(value, value, 0, 0, 0, 0)), f32x4.mul(column1, v128.shuffle<f32>(value, value, 1, 1, 1, 1))),
          f32x4.add(f32x4.mul(column2, v128.shuffle<f32>(value, value, 2, 2, 2, 2)), offset),
        );
        value = f32x4.min(f32x4.max(value, zero), one);
      }
      v128.store(out, f32x4.add(f32x4.mul(value, gain), bias));
      out += 12;
    }
  }
}

/** Means of each 2 x 2 points of two rows of 2 · size points at `strip`, written to `out`; 4 bytes behind the last value are overwritten. */
export function averageRows(strip: usize, size: i32, out: usize): void {
  const second = strip + 2 * size * 12;
  const quarter = f32x4.splat(0.25);
  for (let i = 0; i < size; i++) {
    const p = <usize>(i * 24);
    const upper = f32x4.add(v128.load(strip + p), v128.load(strip + p + 12));
    const lower = f32x4.add(v128.load(second + p), v128.load(second + p + 12));
    v128.store(out, f32x4.mul(f32x4.add(upper, lower), quarter));
    out += 12;
  }
}
