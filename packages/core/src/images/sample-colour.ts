import { sampleColourWasm } from './sample-colour.wasm.ts';
import type { Pass } from './sample-grey-rows.ts';

/** Bytes of a pixel of the output: three float32. */
const pixelBytes = 12;
/** The kernel writes whole vectors: up to 16 bytes behind the last value. */
const slack = 16;
/** Where the output begins; constants are before it. */
const outputAt = 1024;
const pageBytes = 65536;

/** The part of the WebAssembly API that is used: its types come with the DOM's, which are not loaded here. */
interface Wasm {
  readonly Memory: new (descriptor: { readonly initial: number }) => Memory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface Kernel {
  readonly memory: Memory;
  sampleRows(
    ...args: [
      source: number,
      width: number,
      height: number,
      points: number,
      from: number,
      to: number,
      acrossX: number,
      acrossY: number,
      downX: number,
      downY: number,
      startX: number,
      startY: number,
      coloured: number,
      out: number,
    ]
  ): void;
  averageRows(strip: number, size: number, out: number): void;
}

let kernel: Kernel | undefined;

/**
 * A view of `size` x `size` of a source with three channels, written to `out` from `offset` on. The kernel (packages/core/kernels) computes in float32,
 * four lanes at once, and gives the same bits on every machine. With `reads` 2 each value is the mean of 2 x 2 points, for which `pass.points` is 2 · size.
 */
export function sampleColour(pass: Pass, size: number, reads: 1 | 2, out: Float32Array, offset: number): void {
  kernel ??= instantiate();
  const { source, width, height, points, across, down, start, colour } = pass;
  const stripAt = aligned(outputAt + size * size * pixelBytes + slack);
  const sourceAt = aligned(stripAt + (reads === 2 ? 2 * points * pixelBytes + slack : 0));
  grow(kernel.memory, sourceAt + source.length + slack);
  const { sampleRows, averageRows, memory } = kernel;
  new Uint8Array(memory.buffer).set(source, sourceAt);
  writeConstants(new Float32Array(memory.buffer, 0, 24), pass);
  const sample = (from: number, to: number, at: number) =>
    sampleRows(sourceAt, width, height, points, from, to, across.x, across.y, down.x, down.y, start.x, start.y, colour ? 1 : 0, at);
  if (reads === 1) sample(0, size, outputAt);
  else {
    for (let row = 0; row < size; row++) {
      sample(2 * row, 2 * row + 2, stripAt);
      averageRows(stripAt, size, outputAt + row * size * pixelBytes);
    }
  }
  out.set(new Float32Array(memory.buffer, outputAt, size * size * 3), offset);
}

function instantiate(): Kernel {
  const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: Wasm };
  const memory = new wasm.Memory({ initial: 16 });
  const { exports } = new wasm.Instance(new wasm.Module(Buffer.from(sampleColourWasm, 'base64')), { env: { memory } });
  return { ...(exports as unknown as Kernel), memory };
}

function grow(memory: Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
}

/** Columns of the colour matrix, its offset, gain, bias: four floats each. */
function writeConstants(to: Float32Array, { colour, gain, bias }: Pass): void {
  const [g0, g1, g2, b0, b1, b2] = [...gain, ...bias];
  const m = colour?.matrix ?? [];
  const o = colour?.offset ?? [];
  to.set([m[0], m[3], m[6], 0, m[1], m[4], m[7], 0, m[2], m[5], m[8], 0, o[0], o[1], o[2], 0, g0, g1, g2, 0, b0, b1, b2, 0].map((value) => value ?? 0));
}

function aligned(address: number): number {
  return Math.ceil(address / 16) * 16;
}
