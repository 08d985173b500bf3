import { median } from '../statistics.ts';

/** One contender's speed: images a second, or why there is none. */
export type Speed = number | { readonly reason: string };

/** The part of onnxruntime's packages that is used. */
interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<{ run(inputs: object): Promise<object>; release(): Promise<void> }> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
}

export interface Work {
  readonly model: Uint8Array;
  /** [batch, size, size, channels]. */
  readonly shape: readonly number[];
  readonly batches: number;
  readonly repeats: number;
}

/** onnxruntime-node on all threads. No package that is published depends on it: it is used where it is installed. */
export async function onnxruntimeNode(work: Work): Promise<Speed> {
  // Not a literal: the package need not be there.
  const name = 'onnxruntime-node';
  try {
    return await images(work, (await import(name)) as Runtime);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return { reason: 'onnxruntime-node is not installed' };
  }
}

async function images({ model, shape, batches, repeats }: Work, { InferenceSession, Tensor }: Runtime): Promise<number> {
  const session = await InferenceSession.create(model, {});
  const data = new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(127);
  const forward = () => session.run({ image: new Tensor('float32', data, shape) });
  await forward();
  const speeds: number[] = [];
  for (let round = 0; round < repeats; round++) {
    const start = performance.now();
    for (let i = 0; i < batches; i++) await forward();
    speeds.push((1000 * batches * (shape[0] as number)) / (performance.now() - start));
  }
  await session.release();
  return median(speeds);
}
