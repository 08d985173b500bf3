/** All that the loops below need. Steps and start in pixels of the source. */
export interface Pass {
  readonly source: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Points read in a row. */
  readonly points: number;
  /** From one point to the next in a row, from one row to the next, and the corner of the first point. */
  readonly across: Vector;
  readonly down: Vector;
  readonly start: Vector;
  /** Applied to 0..255, then clamped to 0..1. */
  readonly colour: { readonly matrix: Float64Array; readonly offset: Float64Array } | undefined;
  /** out = value * gain + bias, per channel. */
  readonly gain: Float64Array;
  readonly bias: Float64Array;
}

interface Vector {
  readonly x: number;
  readonly y: number;
}

// Numbers held in variables, and a single branch for points whose four neighbours do not all exist (x and y count from the centre of the first pixel).

/** Rows `from` to `to` of a source with one channel. */
export function sampleGreyRows(pass: Pass, from: number, to: number, out: Float32Array, offset: number): void {
  const { source, width, height, points, across, colour } = pass;
  const factor = colour ? at(colour.matrix, 0) : 1;
  const addend = colour ? at(colour.offset, 0) : 0;
  const gain = at(pass.gain, 0);
  const bias = at(pass.bias, 0);
  const coloured = colour !== undefined;
  const lastColumn = width - 1;
  const lastLine = height - 1;
  let o = offset;
  for (let row = from; row < to; row++) {
    const x0 = pass.start.x + pass.down.x * (row + 0.5) + across.x * 0.5 - 0.5;
    const y0 = pass.start.y + pass.down.y * (row + 0.5) + across.y * 0.5 - 0.5;
    const [inner, outer] = inside(pass, x0, y0);
    for (let i = 0; i < points; i++, o++) {
      const x = x0 + across.x * i;
      const y = y0 + across.y * i;
      let column = x | 0;
      let line = y | 0;
      let right = 1;
      let below = width;
      let there = true;
      if (i < inner || i >= outer) {
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
      out[o] = (coloured ? clamp(value * factor + addend) : value) * gain + bias;
    }
  }
}

/** The part [inner, outer) of a row whose points have four neighbours. x and y are linear, so it is one part. */
function inside({ across, width, height, points }: Pass, x0: number, y0: number): readonly [number, number] {
  const has4 = (i: number) => {
    const x = x0 + across.x * i;
    const y = y0 + across.y * i;
    return x >= 0 && y >= 0 && x < width - 1 && y < height - 1;
  };
  let inner = 0;
  while (inner < points && !has4(inner)) inner++;
  let outer = points;
  while (outer > inner && !has4(outer - 1)) outer--;
  return [inner, outer];
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

function at(values: Float64Array, index: number): number {
  return values[index] as number;
}

/** Apart from `at`: the compiler keeps one set of types for a function, and bytes are what the loops read most. */
function byte(values: Uint8Array, index: number): number {
  return values[index] as number;
}
