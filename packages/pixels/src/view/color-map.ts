import type { ColorMap } from '../contracts/pixel-image.ts';

/** A color map for one or three channels, flat, row by row, for tight loops. */
export interface FlatColorMap {
  /** 9 entries, or 1. */
  readonly matrix: readonly number[];
  /** 3 entries, or 1. */
  readonly offset: readonly number[];
}

/**
 * Composes all maps, in their order, into one; undefined for none. Values are clamped once at the end, unlike in a chain of 8-bit operations, which
 * clamps after each. The three channels of a grayscale image are equal, so that the first row of a 3 x 3 map counts by its sum.
 */
export function foldColor(maps: readonly ColorMap[], channels: 1 | 3): FlatColorMap | undefined {
  if (maps.length === 0) return undefined;
  return maps.map((map) => flat(map, channels)).reduce((first, then) => composed(then, first, channels));
}

function flat({ matrix, offset }: ColorMap, channels: 1 | 3): FlatColorMap {
  const sum = (row: readonly number[] = []) => row.reduce((a, b) => a + b, 0);
  if (channels === 1) return { matrix: [sum(matrix[0])], offset: [offset[0] ?? 0] };
  const entry = (c: number, d: number) => (matrix.length === 1 ? (c === d ? sum(matrix[0]) : 0) : (matrix[c]?.[d] ?? 0));
  return { matrix: indices.flatMap((c) => indices.map((d) => entry(c, d))), offset: indices.map((c) => offset[offset.length === 1 ? 0 : c] ?? 0) };
}

const indices = [0, 1, 2];

/** outer(inner(v)) = M_o M_i v + M_o o_i + o_o. */
function composed(outer: FlatColorMap, inner: FlatColorMap, channels: 1 | 3): FlatColorMap {
  const all = indices.slice(0, channels);
  const outerAt = (c: number, d: number) => outer.matrix[c * channels + d] as number;
  const dot = (c: number, of: (e: number) => number) => all.reduce((sum, e) => sum + outerAt(c, e) * of(e), 0);
  return {
    matrix: all.flatMap((c) => all.map((d) => dot(c, (e) => inner.matrix[e * channels + d] as number))),
    offset: all.map((c) => dot(c, (e) => inner.offset[e] as number) + (outer.offset[c] as number)),
  };
}
