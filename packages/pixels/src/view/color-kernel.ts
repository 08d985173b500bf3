import { sampleColorWasm } from './sample-color.wasm.ts';

/** First address after the constants. */
export const firstFree = 1024;
/** The kernel reads and writes whole vectors: up to 16 bytes after the last value. */
export const slack = 16;
const pageBytes = 65536;

/** The part of the WebAssembly API used here: its types come with those of the DOM, which are not loaded. */
interface Wasm {
  readonly Memory: new (descriptor: { readonly initial: number }) => Memory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface ColorKernel {
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
      colored: number,
      out: number,
    ]
  ): void;
  halve(source: number, width: number, height: number, out: number): void;
}

let kernel: ColorKernel | undefined;
/** Memory never shrinks: what one very large image took is given back with its instance. In bytes. */
const mostKept = 2 ** 26;

/** The module of packages/core/kernels, with at least this many bytes of memory. It keeps no state: each call fills the memory it uses. */
export function colorKernel(bytes: number): ColorKernel {
  const used = kernel ?? instantiate();
  kernel = bytes > mostKept ? undefined : used;
  const missing = bytes - used.memory.buffer.byteLength;
  if (missing > 0) used.memory.grow(Math.ceil(missing / pageBytes));
  return used;
}

function instantiate(): ColorKernel {
  const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: Wasm };
  const memory = new wasm.Memory({ initial: 16 });
  const { exports } = new wasm.Instance(new wasm.Module(bytesOf(sampleColorWasm)), { env: { memory } });
  return { ...(exports as unknown as ColorKernel), memory };
}

/** `Buffer` is not in browsers. */
function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The next address at which a vector may begin. */
export function aligned(address: number): number {
  return Math.ceil(address / 16) * 16;
}
