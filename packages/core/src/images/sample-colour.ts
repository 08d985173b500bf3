import { sampleColourWasm } from './sample-colour.wasm.ts';
import type { Pass } from './sample-grey.ts';

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
  sampleView(
    ...args: [
      source: number,
      width: number,
      height: number,
      size: number,
      twice: number,
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
}

let kernel: Kernel | undefined;

/**
 * A view of `size` x `size` of a source with three channels, written to `out` from `offset` on. The kernel (packages/core/kernels) computes four lanes at
 * once, in 32-bit integers and float32, and gives the same bits on every machine. Shares of pixels have 14 bits: values are within 0.02 of 255 of exact ones.
 */
export function sampleColour(pass: Pass, size: number, out: Float32Array, offset: number): void {
  kernel ??= instantiate();
  const { source, width, height, reads, across, down, start, colour } = pass;
  const sourceAt = aligned(outputAt + size * size * pixelBytes + slack);
  grow(kernel.memory, sourceAt + source.length + slack);
  const { sampleView, memory } = kernel;
  new Uint8Array(memory.buffer).set(source, sourceAt);
  writeConstants(new Float32Array(memory.buffer, 0, 24), pass);
  sampleView(sourceAt, width, height, size, reads - 1, across.x, across.y, down.x, down.y, start.x, start.y, colour ? 1 : 0, outputAt);
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

/** Columns of the colour matrix, its offset, gain, bias: four floats each. What takes the kernel's values first makes bytes of them. */
function writeConstants(to: Float32Array, { colour, gain, bias }: Pass): void {
  const perByte = 2 ** -28;
  const m = Array.from(colour?.matrix ?? [], (entry) => entry * perByte);
  const o = colour?.offset ?? [];
  const [g0, g1, g2] = Array.from(gain, (factor) => (colour ? factor : factor * perByte));
  const [b0, b1, b2] = bias;
  to.set([m[0], m[3], m[6], 0, m[1], m[4], m[7], 0, m[2], m[5], m[8], 0, o[0], o[1], o[2], 0, g0, g1, g2, 0, b0, b1, b2, 0].map((value) => value ?? 0));
}

function aligned(address: number): number {
  return Math.ceil(address / 16) * 16;
}
