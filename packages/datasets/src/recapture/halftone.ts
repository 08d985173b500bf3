import { createRandom } from '@gradalign/core';

export const screenShapes = ['round', 'line', 'diamond', 'stochastic'] as const;
export type ScreenShape = (typeof screenShapes)[number];

/** Angles of the screens for cyan, magenta, yellow and black relative to black's, radians: 30 degrees apart, yellow between (ISO 12647-2). */
export const inkAngles: readonly [cyan: number, magenta: number, yellow: number, black: number] = [-Math.PI / 6, Math.PI / 6, -Math.PI / 4, 0];

/** A halftone screen: at each position on the sheet, the coverage above which there is ink. */
export interface Screen {
  readonly tile: Float32Array;
  /** Tile samples per step to the right and down. */
  readonly across: number;
  readonly down: number;
}

const side = 64;
const tiles = new Map<ScreenShape, Float32Array>();

/**
 * `period` is the distance between dots (or lines) in samples of the sheet; `angle` in radians.
 * Stochastic screens have no angle: their dots are scattered, a period apart on average (blue noise: Ulichney, "Digital halftoning", 1987).
 */
export function createScreen(shape: ScreenShape, period: number, angle: number): Screen {
  const tile = tiles.get(shape) ?? rankTile(shape);
  tiles.set(shape, tile);
  if (shape === 'stochastic') return { tile, across: 2 / period, down: 0 };
  return { tile, across: (side * Math.cos(angle)) / period, down: (side * Math.sin(angle)) / period };
}

/** The screen's threshold at a position on the sheet, 0..1; all values are equally frequent, so that mean coverage is preserved. */
export function thresholdAt({ tile, across, down }: Screen, x: number, y: number): number {
  const u = Math.floor(x * across + y * down) & (side - 1);
  const v = Math.floor(y * across - x * down) & (side - 1);
  return tile[v * side + u] as number;
}

/**
 * The ink, 0..1: `cover` against the threshold, with an edge of slope 1 / `edge` (0..1). Averaged over all thresholds it is `cover`, from 0 to 1:
 * a dot narrower than its edge is paler in the middle, a gap narrower than its edge is grayer.
 */
export function inked(cover: number, threshold: number, edge: number): number {
  if (cover > 0.5) return 1 - inked(1 - cover, 1 - threshold, edge);
  const ink = (reach(cover, edge) - threshold) / edge;
  return ink <= 0 ? 0 : ink >= 1 ? 1 : ink;
}

/** The threshold at which the ink ends. Below a cover of `edge` / 2 the ink over the thresholds is a triangle of area reach^2 / (2 edge). */
function reach(cover: number, edge: number): number {
  return cover < edge / 2 ? Math.sqrt(2 * edge * Math.max(0, cover)) : cover + edge / 2;
}

/** One cell of the screen: the order in which its positions turn dark. */
function rankTile(shape: ScreenShape): Float32Array {
  const heights =
    shape === 'stochastic' ? blueNoise() : Float32Array.from({ length: side * side }, (_, i) => spots[shape]((i % side) / side, Math.floor(i / side) / side));
  const order = [...heights.keys()].sort((a, b) => (heights[a] as number) - (heights[b] as number) || a - b);
  const tile = new Float32Array(side * side);
  order.forEach((place, rank) => {
    tile[place] = (rank + 0.5) / order.length;
  });
  return tile;
}

const turn = 2 * Math.PI;
const spots: Record<Exclude<ScreenShape, 'stochastic'>, (u: number, v: number) => number> = {
  round: (u, v) => Math.cos(turn * u) + Math.cos(turn * v),
  line: (u, v) => Math.cos(turn * u) + 0.1 * Math.cos(turn * v),
  diamond: (u, v) => Math.abs(u - 0.5) + Math.abs(v - 0.5) + 0.05 * Math.cos(turn * u),
};

/** White noise minus the mean of its neighbors: few low frequencies. Repeated, since ranking reintroduces some. */
function blueNoise(): Float32Array {
  const random = createRandom(['blue-noise']);
  let noise = Float32Array.from({ length: side * side }, () => random.uniform());
  for (let round = 0; round < 4; round++) {
    noise = noise.map((value, i, all) => {
      let around = 0;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) around += all[((Math.floor(i / side) + dy + side) % side) * side + (((i % side) + dx + side) % side)] as number;
      }
      return value - around / 9;
    });
  }
  return noise;
}
