/** The smallest module with an instruction on 128 bits: () => v128, i32.const 0, i8x16.splat (WebAssembly core specification 2.0, 5.4.8). */
const smallest = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11);

/** Why the models cannot run here; null where they can. */
export function whyNotHere(): string | null {
  if (typeof WebAssembly !== 'object')
    return 'This browser runs no WebAssembly, which the check needs. It may be switched off (some browsers do so in their strictest mode).';
  if (!WebAssembly.validate(smallest))
    return 'This browser or processor lacks the SIMD instructions of WebAssembly, which the check needs: Chrome 91, Firefox 89, Safari 16.4 and later have them, on processors with SSE 4.1 or NEON.';
  return null;
}
