/** What sampling a view needs. Steps and start are in pixels of the source. */
export interface Pass {
  readonly source: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** A value is the mean of `reads` x `reads` points of its pixel. */
  readonly reads: 1 | 2;
  /** From one pixel of the output to the next in a row, from one row to the next, and the corner of the first pixel. */
  readonly across: Vector;
  readonly down: Vector;
  readonly start: Vector;
  /** Applied to 0..255, then clamped to 0..1. */
  readonly color: { readonly matrix: Float64Array; readonly offset: Float64Array } | undefined;
  /** out = value * gain + bias, per channel. */
  readonly gain: Float64Array;
  readonly bias: Float64Array;
}

interface Vector {
  readonly x: number;
  readonly y: number;
}

/** Writes a view of `size` x `size` of a source with one channel to `out` from `offset` on. */
export function sampleGray(pass: Pass, size: number, out: Float32Array, offset: number): void {
  const { reads, color } = pass;
  const factor = color ? at(color.matrix, 0) : 1;
  const addend = color ? at(color.offset, 0) : 0;
  const gain = at(pass.gain, 0);
  const bias = at(pass.bias, 0);
  const points = reads * size;
  const read = new Float32Array(reads * points);
  for (let row = 0, o = offset; row < size; row++) {
    for (let r = 0; r < reads; r++) readRow(pass, reads * row + r, points, read, r * points);
    for (let i = 0; i < size; i++, o++) {
      const value = reads === 1 ? at(read, i) : (at(read, 2 * i) + at(read, 2 * i + 1) + at(read, points + 2 * i) + at(read, points + 2 * i + 1)) / 4;
      out[o] = (color ? clamp(value * factor + addend) : value) * gain + bias;
    }
  }
}

// For speed: numbers in local variables, and a single branch for points without four neighbors (x and y count from the center of the first pixel).

/** Bilinear values of one row of points, 0..255. */
function readRow({ source, width, height, reads, across, down, start }: Pass, row: number, points: number, out: Float32Array, offset: number): void {
  const lastColumn = width - 1;
  const lastLine = height - 1;
  const acrossX = across.x / reads;
  const acrossY = across.y / reads;
  const x0 = start.x + (down.x / reads) * (row + 0.5) + acrossX * 0.5 - 0.5;
  const y0 = start.y + (down.y / reads) * (row + 0.5) + acrossY * 0.5 - 0.5;
  for (let i = 0; i < points; i++) {
    const x = x0 + acrossX * i;
    const y = y0 + acrossY * i;
    let column = x | 0;
    let line = y | 0;
    let right = 1;
    let below = width;
    let there = true;
    if (!(x >= 0 && y >= 0 && x < lastColumn && y < lastLine)) {
      there = x >= -0.5 && y >= -0.5 && x <= lastColumn + 0.5 && y <= lastLine + 0.5;
      if (x < 0 || x >= lastColumn) right = 0;
      if (y < 0 || y >= lastLine) below = 0;
      if (x >= lastColumn) column = lastColumn;
      if (y >= lastLine) line = lastLine;
    }
    let value = 0;
    if (there) {
      const fx = x - column;
      const fy = y - line;
      const p = line * width + column;
      const upper = byte(source, p) * (1 - fx) + byte(source, p + right) * fx;
      const lower = byte(source, p + below) * (1 - fx) + byte(source, p + below + right) * fx;
      value = upper * (1 - fy) + lower * fy;
    }
    out[offset + i] = value;
  }
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

function at(values: Float32Array | Float64Array, index: number): number {
  return values[index] as number;
}

/** Separate from `at`: the compiler keeps one set of types per function, and the loops mostly read bytes. */
function byte(values: Uint8Array, index: number): number {
  return values[index] as number;
}
