import { main } from 'gradalign';
import type { Ended } from './promise.ts';

/** Runs the command in this process, in its working folder. */
export async function inProcess(args: readonly string[]): Promise<Ended> {
  const began = performance.now();
  let [out, err] = ['', ''];
  const status = await main(args, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { status, out, err, seconds: (performance.now() - began) / 1000 };
}
