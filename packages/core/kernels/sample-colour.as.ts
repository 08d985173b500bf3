// AssemblyScript: compiled to packages/core/src/images/sample-colour.wasm.ts by `npm run build:kernels`. Addresses are bytes of the module's memory.
// All arithmetic on values is float32 in four lanes (red, green, blue, nothing); positions are float64.

// Constants, 16 bytes each: three columns of the colour matrix, its offset, gain, bias.
const COLUMN_0: usize = 0;
const COLUMN_1: usize = 16;
const COLUMN_2: usize = 32;
const OFFSET: usize = 48;
const GAIN: usize = 64;
const BIAS: usize = 80;

/** Bytes 0, 1, 2 of eight, and bytes 3, 4, 5, each to a lane of its own; 255 gives 0. */
// @ts-ignore: decorator
@inline
function first(bytes: v128): v128 {
  return f32x4.convert_i32x4_s(i8x16.swizzle(bytes, i8x16(0, -1, -1, -1, 1, -1, -1, -1, 2, -1, -1, -1, -1, -1, -1, -1)));
}
// @ts-ignore: decorator
@inline
function second(bytes: v128): v128 {
  return f32x4.convert_i32x4_s(i8x16.swizzle(bytes, i8x16(3, -1, -1, -1, 4, -1, -1, -1, 5, -1, -1, -1, -1, -1, -1, -1)));
}

// @ts-ignore: decorator
@inline
function mix(a: v128, b: v128, share: v128): v128 {
  return f32x4.add(a, f32x4.mul(share, f32x4.sub(b, a)));
}

// @ts-ignore: decorator
@inline
function finish(value: v128, coloured: bool): v128 {
  if (coloured) {
    value = f32x4.add(
      f32x4.add(
        f32x4.mul(v128.load(COLUMN_0), v128.shuffle<f32>(value, value, 0, 0, 0, 0)),
        f32x4.mul(v128.load(COLUMN_1), v128.shuffle<f32>(value, value, 1, 1, 1, 1)),
      ),
      f32x4.add(f32x4.mul(v128.load(COLUMN_2), v128.shuffle<f32>(value, value, 2, 2, 2, 2)), v128.load(OFFSET)),
    );
    value = f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), value));
  }
  return f32x4.add(f32x4.mul(value, v128.load(GAIN)), v128.load(BIAS));
}

/** The first i of `0 .. points` at which `from + step * i` may lie in `0 <= . < limit`, and the first after that at which it no longer does. */
// @ts-ignore: decorator
@inline
function entry(from: f64, step: f64, limit: f64, points: f64): f64 {
  if (step == 0) return from >= 0 && from < limit ? 0 : points;
  return Math.ceil(step > 0 ? -from / step : (limit - from) / step);
}
// @ts-ignore: decorator
@inline
function exit(from: f64, step: f64, limit: f64, points: f64): f64 {
  if (step == 0) return from >= 0 && from < limit ? points : 0;
  return Math.floor(step > 0 ? (limit - from) / step : -from / step) + 1;
}

/**
 * Reads rows `from` to `to` of `points` points each, bilinearly, and writes three values a point. Within half a pixel of the border the border's pixel
 * counts; beyond it is black. 16 bytes behind the last value are overwritten, 8 bytes behind the source are read.
 */
export function sampleRows(
  source: usize, width: i32, height: i32, points: i32, from: i32, to: i32,
  acrossX: f64, acrossY: f64, downX: f64, downY: f64, startX: f64, startY: f64,
  coloured: bool, out: usize,
): void {
  const limitX = <f64>(width - 1);
  const limitY = <f64>(height - 1);
  const stride = 3 * width;
  const count = <f64>points;
  for (let row = from; row < to; row++) {
    const x0 = startX + downX * (<f64>row + 0.5) + acrossX * 0.5 - 0.5;
    const y0 = startY + downY * (<f64>row + 0.5) + acrossY * 0.5 - 0.5;
    // The part of the row whose points have four neighbours, a point less at either end: rounding of the division must not matter.
    const inner = <i32>Math.min(count, Math.max(0, Math.max(entry(x0, acrossX, limitX, count), entry(y0, acrossY, limitY, count)) + 1));
    const outer = <i32>Math.min(count, Math.max(0, Math.min(exit(x0, acrossX, limitX, count), exit(y0, acrossY, limitY, count)) - 1));
    let i = 0;
    for (; i < inner; i++, out += 12) v128.store(out, finish(border(source, width, height, x0 + acrossX * <f64>i, y0 + acrossY * <f64>i), coloured));
    for (; i < outer; i++, out += 12) {
      const x = x0 + acrossX * <f64>i;
      const y = y0 + acrossY * <f64>i;
      const column = <i32>x;
      const line = <i32>y;
      const p = source + line * stride + 3 * column;
      const upper = v128.load64_zero(p);
      const lower = v128.load64_zero(p + stride);
      const fx = f32x4.splat(<f32>(x - <f64>column));
      const value = mix(mix(first(upper), second(upper), fx), mix(first(lower), second(lower), fx), f32x4.splat(<f32>(y - <f64>line)));
      v128.store(out, finish(value, coloured));
    }
    for (; i < points; i++, out += 12) v128.store(out, finish(border(source, width, height, x0 + acrossX * <f64>i, y0 + acrossY * <f64>i), coloured));
  }
}

/** A point that may lie at the border or beyond it. */
function border(source: usize, width: i32, height: i32, x: f64, y: f64): v128 {
  const limitX = <f64>(width - 1);
  const limitY = <f64>(height - 1);
  if (!(x >= -0.5 && y >= -0.5 && x <= limitX + 0.5 && y <= limitY + 0.5)) return f32x4.splat(0);
  const column = x >= limitX ? width - 1 : <i32>x;
  const line = y >= limitY ? height - 1 : <i32>y;
  const right = x < 0 || x >= limitX ? 0 : 3;
  const below = y < 0 || y >= limitY ? 0 : 3 * width;
  const fx = f32x4.splat(<f32>(x - <f64>column));
  const p = source + line * 3 * width + 3 * column;
  const top = mix(first(v128.load64_zero(p)), first(v128.load64_zero(p + right)), fx);
  const bottom = mix(first(v128.load64_zero(p + below)), first(v128.load64_zero(p + below + right)), fx);
  return mix(top, bottom, f32x4.splat(<f32>(y - <f64>line)));
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
