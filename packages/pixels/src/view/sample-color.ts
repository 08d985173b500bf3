import { aligned, colorKernel, firstFree, slack } from './color-kernel.ts';
import type { Pass } from './sample-gray.ts';

/** Bytes per output pixel: three float32. */
const pixelBytes = 12;

/**
 * Writes a view of `size` x `size` of a source with three channels to `out` from `offset` on. The kernel (packages/core/kernels) computes four lanes at
 * once, in 32-bit integers and float32, with the same bits on every machine. Interpolation weights have 14 bits: values are within 0.02 of 255 of exact.
 */
export function sampleColor(pass: Pass, size: number, out: Float32Array, offset: number): void {
  const { source, width, height, reads, across, down, start, color } = pass;
  const sourceAt = aligned(firstFree + size * size * pixelBytes + slack);
  const { sampleView, memory } = colorKernel(sourceAt + source.length + slack);
  new Uint8Array(memory.buffer).set(source, sourceAt);
  writeConstants(new Float32Array(memory.buffer, 0, 24), pass);
  sampleView(sourceAt, width, height, size, reads - 1, across.x, across.y, down.x, down.y, start.x, start.y, color ? 1 : 0, firstFree);
  out.set(new Float32Array(memory.buffer, firstFree, size * size * 3), offset);
}

/** Columns of the color matrix, its offset, gain, bias: four floats each. Whichever is applied first also scales the kernel's values to bytes. */
function writeConstants(to: Float32Array, { color, gain, bias }: Pass): void {
  const perByte = 2 ** -28;
  const m = Array.from(color?.matrix ?? [], (entry) => entry * perByte);
  const o = color?.offset ?? [];
  const [g0, g1, g2] = Array.from(gain, (factor) => (color ? factor : factor * perByte));
  const [b0, b1, b2] = bias;
  to.set([m[0], m[3], m[6], 0, m[1], m[4], m[7], 0, m[2], m[5], m[8], 0, o[0], o[1], o[2], 0, g0, g1, g2, 0, b0, b1, b2, 0].map((value) => value ?? 0));
}
