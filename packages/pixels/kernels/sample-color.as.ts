// AssemblyScript: compiled to packages/pixels/src/view/sample-color.wasm.ts by `npm run build:kernels`. Addresses are bytes of the module's memory.
// Values are in four lanes (red, green, blue, unused). A point between four pixels has interpolation weights (`shares`) of 14 bits, so that two bytes and
// their weights are one multiplication of 16-bit pairs; before `finish`, a value is 2^28 times that of a byte. Positions are float64 or 32.32 bits.
// No decorators (@inline): oxlint cannot parse them on functions, and the compiler inlines these functions anyway.

// Constants, 16 bytes each: three columns of the color matrix, its offset, gain, bias. The matrix (or the gain, without a matrix) undoes the 2^28.
const COLUMN_0: usize = 0;
const COLUMN_1: usize = 16;
const COLUMN_2: usize = 32;
const OFFSET: usize = 48;
const GAIN: usize = 64;
const BIAS: usize = 80;

const ONE: i32 = 1 << 14;
/** Half of the smallest share, in 32.32 bits: added, it turns truncation into rounding. */
const HALF_SHARE: i64 = 1 << 17;
/** Margin that keeps points of the inner part from being rounded to the last pixel, which has no neighbor. */
const GRAIN: f64 = 1.0 / 8192;

/** Two adjacent pixels, as 16-bit pairs of each channel. */
function pairs(at: usize): v128 {
  return i8x16.swizzle(v128.load64_zero(at), i8x16(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1));
}

/** The interpolation between a point's upper two pixels, times 2^14. */
function upper(at: usize, shares: v128): v128 {
  return i32x4.dot_i16x8_s(pairs(at), shares);
}

function address(source: usize, stride: i32, x: i64, y: i64): usize {
  return source + <i32>(y >> 32) * stride + 3 * <i32>(x >> 32);
}

/** The shares of the left and the right pixel, which add up to 1. */
function across(x: i64): v128 {
  const right = <i32>(x >> 18) & (ONE - 1);
  return i32x4.splat((right << 16) + ONE - right);
}

/** The share of the lower pixels. */
function down(y: i64): v128 {
  return f32x4.convert_i32x4_s(i32x4.splat(<i32>(y >> 18) & (ONE - 1)));
}

function finish(value: v128, colored: bool): v128 {
  if (colored) {
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

/** The first i in `0 .. count` at which `from + step * i` may be in `0 <= . < limit`, and the first after it at which it no longer is. */
function entry(from: f64, step: f64, limit: f64, count: f64): f64 {
  if (step == 0) return from >= 0 && from < limit ? 0 : count;
  return Math.ceil(step > 0 ? -from / step : (limit - from) / step);
}
function exit(from: f64, step: f64, limit: f64, count: f64): f64 {
  if (step == 0) return from >= 0 && from < limit ? count : 0;
  return Math.floor(step > 0 ? (limit - from) / step : -from / step) + 1;
}
function within(pixel: f64, count: f64): i32 {
  return <i32>Math.min(count, Math.max(0, pixel));
}

function fixed(position: f64): i64 {
  return <i64>(position * 4294967296.0);
}

/**
 * Writes a view of `size` x `size` pixels, three values each: bilinear reads at one point per pixel, or (`twice`) the mean of 2 x 2 points. Within half a
 * pixel of the border points have the border pixel's value; beyond that they are black. `across` and `down` are the steps to the next pixel and row,
 * `start` is the corner of the first pixel. Overwrites 4 bytes after the last value, reads 5 bytes after the source.
 */
export function sampleView(
  source: usize, width: i32, height: i32, size: i32, twice: bool,
  acrossX: f64, acrossY: f64, downX: f64, downY: f64, startX: f64, startY: f64,
  colored: bool, out: usize,
): void {
  const limitX = <f64>(width - 1);
  const limitY = <f64>(height - 1);
  const stride = 3 * width;
  const count = <f64>size;
  // From the center of a pixel to its points: a quarter of a step to either side. The farthest are `reach` away.
  const quarter: f64 = twice ? 0.25 : 0;
  const sumX = quarter * (acrossX + downX);
  const sumY = quarter * (acrossY + downY);
  const differenceX = quarter * (acrossX - downX);
  const differenceY = quarter * (acrossY - downY);
  const reachX = Math.max(Math.abs(sumX), Math.abs(differenceX));
  const reachY = Math.max(Math.abs(sumY), Math.abs(differenceY));
  const stepX = fixed(acrossX);
  const stepY = fixed(acrossY);
  const sx = fixed(sumX);
  const sy = fixed(sumY);
  const dx = fixed(differenceX);
  const dy = fixed(differenceY);
  const black = finish(f32x4.splat(0), colored);
  for (let row = 0; row < size; row++) {
    const x0 = startX + downX * (<f64>row + 0.5) + acrossX * 0.5 - 0.5;
    const y0 = startY + downY * (<f64>row + 0.5) + acrossY * 0.5 - 0.5;
    // The pixels that touch the image, with one more at either end, and those whose points have four neighbors, with one fewer: rounding must not matter.
    const outsideX = x0 + reachX + 0.5;
    const outsideY = y0 + reachY + 0.5;
    const roomX = limitX + 2 * reachX + 1;
    const roomY = limitY + 2 * reachY + 1;
    const touch = within(Math.max(entry(outsideX, acrossX, roomX, count), entry(outsideY, acrossY, roomY, count)) - 1, count);
    const leave = within(Math.min(exit(outsideX, acrossX, roomX, count), exit(outsideY, acrossY, roomY, count)) + 1, count);
    const insideX = x0 - reachX;
    const insideY = y0 - reachY;
    const innerX = limitX - 2 * reachX - GRAIN;
    const innerY = limitY - 2 * reachY - GRAIN;
    const inner = within(Math.max(entry(insideX, acrossX, innerX, count), entry(insideY, acrossY, innerY, count)) + 1, count);
    const outer = within(Math.min(exit(insideX, acrossX, innerX, count), exit(insideY, acrossY, innerY, count)) - 1, count);
    let i = 0;
    for (; i < touch; i++, out += 12) v128.store(out, black);
    for (; i < inner; i++, out += 12) {
      const value = border(source, width, height, x0 + acrossX * <f64>i, y0 + acrossY * <f64>i, twice, sumX, sumY, differenceX, differenceY);
      v128.store(out, finish(value, colored));
    }
    let x = fixed(x0 + acrossX * <f64>i) + HALF_SHARE;
    let y = fixed(y0 + acrossY * <f64>i) + HALF_SHARE;
    if (twice) {
      for (; i < outer; i++, out += 12, x += stepX, y += stepY) {
        const a = address(source, stride, x - sx, y - sy);
        const b = address(source, stride, x + dx, y + dy);
        const c = address(source, stride, x - dx, y - dy);
        const d = address(source, stride, x + sx, y + sy);
        const sharesA = across(x - sx);
        const sharesB = across(x + dx);
        const sharesC = across(x - dx);
        const sharesD = across(x + sx);
        const upperA = upper(a, sharesA);
        const upperB = upper(b, sharesB);
        const upperC = upper(c, sharesC);
        const upperD = upper(d, sharesD);
        const changeA = f32x4.mul(down(y - sy), f32x4.convert_i32x4_s(i32x4.sub(upper(a + stride, sharesA), upperA)));
        const changeB = f32x4.mul(down(y + dy), f32x4.convert_i32x4_s(i32x4.sub(upper(b + stride, sharesB), upperB)));
        const changeC = f32x4.mul(down(y - dy), f32x4.convert_i32x4_s(i32x4.sub(upper(c + stride, sharesC), upperC)));
        const changeD = f32x4.mul(down(y + sy), f32x4.convert_i32x4_s(i32x4.sub(upper(d + stride, sharesD), upperD)));
        const uppers = f32x4.convert_i32x4_s(i32x4.add(i32x4.add(upperA, upperB), i32x4.add(upperC, upperD)));
        const changes = f32x4.add(f32x4.add(changeA, changeB), f32x4.add(changeC, changeD));
        v128.store(out, finish(f32x4.mul(f32x4.splat(0.25), f32x4.add(f32x4.mul(f32x4.splat(<f32>ONE), uppers), changes)), colored));
      }
    } else {
      for (; i < outer; i++, out += 12, x += stepX, y += stepY) {
        const a = address(source, stride, x, y);
        const shares = across(x);
        const first = upper(a, shares);
        const change = f32x4.mul(down(y), f32x4.convert_i32x4_s(i32x4.sub(upper(a + stride, shares), first)));
        v128.store(out, finish(f32x4.add(f32x4.mul(f32x4.splat(<f32>ONE), f32x4.convert_i32x4_s(first)), change), colored));
      }
    }
    for (; i < leave; i++, out += 12) {
      const value = border(source, width, height, x0 + acrossX * <f64>i, y0 + acrossY * <f64>i, twice, sumX, sumY, differenceX, differenceY);
      v128.store(out, finish(value, colored));
    }
    for (; i < size; i++, out += 12) v128.store(out, black);
  }
}

/** A pixel whose points may be at the border or beyond it. */
function border(source: usize, width: i32, height: i32, x: f64, y: f64, twice: bool, sumX: f64, sumY: f64, differenceX: f64, differenceY: f64): v128 {
  if (!twice) return borderPoint(source, width, height, x, y);
  const first = f32x4.add(borderPoint(source, width, height, x - sumX, y - sumY), borderPoint(source, width, height, x + differenceX, y + differenceY));
  const second = f32x4.add(borderPoint(source, width, height, x - differenceX, y - differenceY), borderPoint(source, width, height, x + sumX, y + sumY));
  return f32x4.mul(f32x4.splat(0.25), f32x4.add(first, second));
}

function borderPoint(source: usize, width: i32, height: i32, x: f64, y: f64): v128 {
  const limitX = <f64>(width - 1);
  const limitY = <f64>(height - 1);
  if (!(x >= -0.5 && y >= -0.5 && x <= limitX + 0.5 && y <= limitY + 0.5)) return f32x4.splat(0);
  const column = fixed(Math.min(limitX, Math.max(0, x))) + HALF_SHARE;
  const line = fixed(Math.min(limitY, Math.max(0, y))) + HALF_SHARE;
  const at = address(source, 3 * width, column, line);
  const below: i32 = line >> 32 < height - 1 ? 3 * width : 0;
  // At the last pixel of a row the left share is 1.
  const shares = across(column);
  const first = upper(at, shares);
  const change = f32x4.mul(down(line), f32x4.convert_i32x4_s(i32x4.sub(upper(at + below, shares), first)));
  return f32x4.add(f32x4.mul(f32x4.splat(<f32>ONE), f32x4.convert_i32x4_s(first)), change);
}

/**
 * Writes the rounded mean of each 2 x 2 pixels; the last row or column of an odd size counts twice. Overwrites 1 byte after the last value, reads 2
 * bytes after the source.
 */
export function halve(source: usize, width: i32, height: i32, out: usize): void {
  const stride: usize = 3 * width;
  for (let y = 0; y < height; y += 2) {
    let upper = source + <usize>y * stride;
    let below = y + 1 < height ? stride : 0;
    for (let x = 0; x + 1 < width; x += 2, upper += 6, out += 3) {
      const sums = i16x8.add(v128.load8x8_u(upper), v128.load8x8_u(upper + below));
      // The right pixel is three lanes on.
      const four = i16x8.add(sums, i8x16.swizzle(sums, i8x16(6, 7, 8, 9, 10, 11, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)));
      const means = i16x8.shr_u(i16x8.add(four, i16x8.splat(2)), 2);
      v128.store32_lane(out, i8x16.narrow_i16x8_u(means, means), 0);
    }
    if (width & 1) {
      for (let c: usize = 0; c < 3; c++, out++) store<u8>(out, (<u32>load<u8>(upper + c) + <u32>load<u8>(upper + below + c) + 1) >> 1);
    }
  }
}
