import { createRandom } from '@gradalign/core';

/** A square of noise that repeats without a seam: values with mean 0 and standard deviation 1. */
export interface NoiseTexture {
  readonly side: number;
  readonly values: Float32Array;
}

export interface NoiseOptions {
  /** Side of the square, a power of two. */
  readonly side: number;
  /** Cells of the coarsest octave along a side, across and down; each further octave has twice as many. Both divide the side. */
  readonly cells: readonly [across: number, down: number];
  readonly octaves: number;
  /** Weight of an octave relative to the coarser one before it. */
  readonly persistence: number;
}

/** Value noise summed over octaves (Perlin, "An image synthesizer", SIGGRAPH 1985; value noise as in Ebert et al., "Texturing and Modeling", 2003). */
export function noiseTexture(name: string, { side, cells, octaves, persistence }: NoiseOptions): NoiseTexture {
  const random = createRandom(['noise-texture', name]);
  const values = new Float32Array(side * side);
  for (let octave = 0, weight = 1; octave < octaves; octave++, weight *= persistence) {
    const across = Math.min(side, cells[0] << octave);
    const down = Math.min(side, cells[1] << octave);
    const lattice = Float32Array.from({ length: across * down }, () => random.uniform(-1, 1));
    addLattice(values, side, lattice, across, down, weight);
  }
  return { side, values: standardized(values) };
}

/** The texture's value at a position in its own pixels, bilinear, repeating in both directions. */
export function noiseAt({ side, values }: NoiseTexture, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const fx = x - left;
  const fy = y - top;
  const mask = side - 1;
  const x0 = left & mask;
  const x1 = (left + 1) & mask;
  const row0 = (top & mask) * side;
  const row1 = ((top + 1) & mask) * side;
  const above = (values[row0 + x0] as number) * (1 - fx) + (values[row0 + x1] as number) * fx;
  const below = (values[row1 + x0] as number) * (1 - fx) + (values[row1 + x1] as number) * fx;
  return above * (1 - fy) + below * fy;
}

function addLattice(values: Float32Array, side: number, lattice: Float32Array, across: number, down: number, weight: number): void {
  for (let y = 0; y < side; y++) {
    const v = (y / side) * down;
    const top = Math.floor(v);
    const fy = smooth(v - top);
    const row0 = (top % down) * across;
    const row1 = ((top + 1) % down) * across;
    for (let x = 0; x < side; x++) {
      const u = (x / side) * across;
      const left = Math.floor(u);
      const fx = smooth(u - left);
      const x0 = left % across;
      const x1 = (left + 1) % across;
      const above = (lattice[row0 + x0] as number) * (1 - fx) + (lattice[row0 + x1] as number) * fx;
      const below = (lattice[row1 + x0] as number) * (1 - fx) + (lattice[row1 + x1] as number) * fx;
      values[y * side + x] = (values[y * side + x] as number) + weight * (above * (1 - fy) + below * fy);
    }
  }
}

function standardized(values: Float32Array): Float32Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  return values.map((value) => (value - mean) / deviation);
}

const smooth = (t: number) => t * t * (3 - 2 * t);
