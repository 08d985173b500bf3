import { expect, test } from 'vitest';
import { expectClose } from '../../test/agreement.ts';
import { isNative } from '../../test/routes.ts';
import { runChildModule } from '../child-processes/child-module.ts';

// With 32 and 144 channels, at stride 1 and 2: y, dx and dw of each.
const inChild = async (threads: number, env: NodeJS.ProcessEnv = {}): Promise<Float32Array[]> => {
  const module = new URL('../../test/convolve-child', import.meta.url);
  const { tensors } = await runChildModule<{ tensors: string[] }>(module, [String(threads), '32', '144'], { env: { ...process.env, ...env } });
  return tensors.map((text) => new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer));
};

let twoThreads: Promise<Float32Array[]> | undefined;
const onTwoThreads = () => {
  twoThreads ??= inChild(2);
  return twoThreads;
};

test.runIf(isNative)('one, two and three threads give the same bits', async () => {
  const [one, two, three] = await Promise.all([inChild(1), onTwoThreads(), inChild(3)]);
  expect(one.map(({ length }) => length)).toEqual([7040, 7040, 9216, 1920, 7040, 9216, 31_680, 31_680, 186_624, 8640, 31_680, 186_624]);
  expect(two).toEqual(one);
  expect(three).toEqual(one);
});

test.runIf(isNative && process.arch === 'x64')('narrower registers give the same to 2e-6 of the largest entry', async () => {
  const narrower = ['avx2', 'plain'];
  const [widest, ...results] = await Promise.all([onTwoThreads(), ...narrower.map((set) => inChild(2, { GRADALIGN_INSTRUCTIONS: set }))]);
  for (const [k, set] of narrower.entries())
    widest.forEach((values, i) => {
      expectClose(results[k]?.[i] as Float32Array, values, 2e-6, `${set}, tensor ${i}`);
    });
});
